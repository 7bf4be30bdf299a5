"""Copies a project and the modules that it uses from clones, and adapts them to the one provider that is there."""

import hashlib
import re
import shutil
import subprocess
import sysconfig
import tarfile
from io import BytesIO
from pathlib import Path

from foreign_projects import hcl
from foreign_projects.project import Project, Projects

MODULES = "terraform-aws-{}"
FIXTURES = "https://raw.githubusercontent.com/terraform-aws-modules/terraform-aws-lambda/master"


def prepare(project: Project, projects: Projects, clones: Path, target: Path) -> Path:
    """Returns the folder of the project's root module below `target`, which is made."""
    root = target / project.repository
    _extract(clones / project.repository, project.version, root, *project.paths)
    for example in root.glob("examples/*"):
        if example.name not in (Path(project.folder).name, "fixtures"):
            shutil.rmtree(example, ignore_errors=True)
    shutil.rmtree(root / "wrappers", ignore_errors=True)
    for package, folder in project.packages.items():
        shutil.copytree(Path(sysconfig.get_path("purelib"), package), root / folder / package)
    _adapt(root, project, projects, clones, target)
    (root / project.folder / "extra.tf").write_text(project.extra)
    return root / project.folder


def _extract(clone: Path, version: str, target: Path, *paths: str) -> None:
    command = ["git", "-C", str(clone), "archive", version, *paths]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as bundle:
        bundle.extractall(target, filter="data")


def _adapt(root: Path, project: Project, projects: Projects, clones: Path, target: Path) -> None:
    """Adapts a folder. A module that it names is copied and adapted too."""
    paths = {}
    sources = sorted(root.rglob("*.tf"))
    for name in sorted(set().union(*(hcl.used_modules(path.read_text()) for path in sources))):
        paths[name] = str(_module(name, project, projects, clones, target))
    for path in sources:
        text = path.read_text()
        for before, after in project.replace.items():
            text = text.replace(before, after)
        text = hcl.without(text, project.without)
        if path.is_relative_to(root / project.folder):  # a module has locals with the names of the attributes
            text = hcl.without_attributes(text, project.attributes)
        text = _packages(text, path.parent, clones, target)
        text, zips = hcl.archives(hcl.only_aws(hcl.local_modules(text, paths)))
        path.write_text(text)
        for archive, folder in zips:
            made, content = (each.replace("${path.module}", str(path.parent)) for each in (archive, folder))
            Path(made).parent.mkdir(parents=True, exist_ok=True)
            shutil.make_archive(made.removesuffix(".zip"), "zip", content)


def _module(name: str, project: Project, projects: Projects, clones: Path, target: Path) -> Path:
    folder = target / "modules" / name
    if not folder.exists():
        repository = MODULES.format(name)
        _extract(clones / repository, projects.modules[name], folder)
        shutil.rmtree(folder / "examples", ignore_errors=True)
        shutil.rmtree(folder / "wrappers", ignore_errors=True)
        _adapt(folder, project, projects, clones, target)
    return folder


def _packages(text: str, folder: Path, clones: Path, target: Path) -> str:
    """Gives the examples the module's own packages: nothing is downloaded, and no package is built.

    The Lambda module builds packages with the providers `external` and `local`. A zip of the same source replaces it.
    """
    text = _downloads(text, folder, clones, target)
    source_path = re.compile(r'^([ \t]*)source_path\s*=\s*"\$\{path\.module\}/([^"]+)"', re.MULTILINE)
    text = source_path.sub(lambda found: f"{found[1]}{_zipped(folder / found[2], target)}", text)
    text = text.replace("data.external.archive_prepare[0].result.was_missing", "false")
    text = re.sub(r"data\.external\.archive_prepare\[0\]\.result\.\w+", "tostring(null)", text)
    text = re.sub(r"data\.external\.archive_prepare,\s*", "", text)
    if 'data "external" "archive_prepare"' in text:
        text = 'resource "terraform_data" "archive" {\n  count = 0\n}\n'
    return text


def _zipped(source: Path, target: Path) -> str:
    """Zips the source and returns the module's attributes that name the zip."""
    content = source.resolve().parent if source.resolve().is_file() else source.resolve()
    made = target / "packages" / hashlib.sha256(str(content).encode()).hexdigest()[:12]
    made.parent.mkdir(exist_ok=True)
    shutil.make_archive(str(made), "zip", content)
    return f'create_package = false\n  local_existing_package = "{made}.zip"'


def _downloads(text: str, folder: Path, clones: Path, target: Path) -> str:
    found = re.search(rf'package_url = "{re.escape(FIXTURES)}/([^"]+)"', text)
    if not found:
        return text
    fixture = target / "fixtures" / found[1]
    fixture.parent.mkdir(parents=True, exist_ok=True)
    clone = clones / MODULES.format("lambda")
    shown = subprocess.run(["git", "-C", clone, "show", f"HEAD:{found[1]}"], check=True, capture_output=True)
    fixture.write_bytes(shown.stdout)
    shutil.copy(fixture, folder / f"downloaded_package_{hashlib.md5(str(fixture).encode()).hexdigest()}.zip")  # noqa: S324
    text = text.replace(f"{FIXTURES}/{found[1]}", str(fixture))
    return text.replace("curl -L -o ${local.downloaded} ${local.package_url}", "test -s ${local.downloaded}")
