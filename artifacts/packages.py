"""Builds the Lambda zips: the function, the part of the domain that it imports, and the packages of its lock file.

The same sources give the same zip, byte for byte. So Terraform sees a change only when the sources changed. The
compressed packages of a lock file are kept. So an edited function only costs the time for its own files. Each zip is
for one processor and lies in `build/lambdas/local/<architecture>/`. `artifacts/releases.py` keeps a copy under the
name of a release.
"""

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from artifacts import environments, locks, user_shell
from artifacts.errors import ArtifactError
from artifacts.imports import reached
from artifacts.paths import LOCAL, REPOSITORY

FUNCTIONS = (
    *("authorizer", "planner", "exporter", "enricher", "alerting", "publisher", "reporter", "notifier"),
    "database_roles",
)
BUILT = REPOSITORY / "build" / "lambdas"
LOCAL_RELEASE = "local"
"""The release of this clone's present files, as `terraform/environments/local.tfvars` names it."""
_WHEELS = {"x86_64": "x86_64", "arm64": "aarch64"}  # the processors as Python's wheels name them
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_LEFT_OUT = {"__pycache__", "bin"}  # compiled files and scripts that name the building machine's interpreter
_RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}  # pip writes them; they are not the package's


class PackagingError(ArtifactError):
    """The zip cannot be built. The message holds pip's output."""


def machine() -> str:
    """Returns this machine's processor as Terraform and AWS name it: `x86_64` or `arm64`."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name, name)


def zip_of(function: str, architecture: str, release: str = LOCAL_RELEASE) -> Path:
    """Returns the zip's path. Each processor has its own folder, so that packages for two processors cannot mix."""
    return BUILT / release / architecture / f"{function}.zip"


def manifest_of(function: str, architecture: str, release: str = LOCAL_RELEASE) -> Path:
    """Returns the path of the manifest: the zip's processor, its SHA-256 and the key of its sources.

    Terraform refuses a package if its manifest names another processor or another zip
    (`terraform/modules/lambda/variables.tf`).
    """
    path = zip_of(function, architecture, release)
    return path.with_name(f"{path.name}.json")


def build(architecture: str | None = None) -> list[str]:
    """Builds the zips whose sources changed, for Linux on `architecture`. Returns the names of the built functions.

    Two stacks that start at the same time take turns. Raises `PackagingError`.
    """
    architecture = architecture or machine()
    (BUILT / LOCAL_RELEASE / architecture).mkdir(parents=True, exist_ok=True)
    with locks.held(BUILT / ".lock", "make package"), ThreadPoolExecutor(os.process_cpu_count()) as side_by_side:
        stale = [function for function in FUNCTIONS if not is_built(function, architecture)]
        files = {lock.read_bytes(): lock for lock in map(_lock, stale) if lock}  # equal lock files share their packages
        list(side_by_side.map(lambda lock: _dependencies(lock, architecture), files.values()))
        list(side_by_side.map(lambda function: _build(function, architecture), stale))
    return stale


def is_built(function: str, architecture: str | None = None) -> bool:
    """Returns whether the function's zip exists and was made from the present sources."""
    architecture = architecture or machine()
    try:
        manifest = json.loads(manifest_of(function, architecture).read_text())
    except (FileNotFoundError, ValueError):
        return False
    known = (manifest.get("architecture"), manifest.get("source"))
    exists = zip_of(function, architecture).exists()
    return exists and known == (architecture, source_key(function, architecture))


def source_key(function: str, architecture: str) -> str:
    """Returns a hash of the zip's sources. It changes when the zip would change."""
    digest = hashlib.sha256(architecture.encode())
    digest.update(Path(__file__).read_bytes())
    for path, name in _sources(function):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    lock = _lock(function)
    digest.update(lock.read_bytes() if lock else b"")
    return digest.hexdigest()


def sha256_of(function: str, architecture: str, release: str = LOCAL_RELEASE) -> str:
    """Returns the SHA-256 of the built zip in base64, as Terraform and Lambda write it."""
    return str(json.loads(manifest_of(function, architecture, release).read_text())["sha256"])


def _build(function: str, architecture: str) -> None:
    lock = _lock(function)
    target, manifest = zip_of(function, architecture), manifest_of(function, architecture)
    manifest.unlink(missing_ok=True)  # a package without a manifest does not count: a stop from here on leaves none
    unfinished = target.with_name(f"{target.name}.new")
    unfinished.unlink(missing_ok=True)
    if lock:
        shutil.copyfile(_dependencies(lock, architecture), unfinished)
    with zipfile.ZipFile(unfinished, "a") as archive:
        _add(archive, _sources(function))
    digest = base64.b64encode(hashlib.sha256(unfinished.read_bytes()).digest()).decode()
    unfinished.replace(target)
    content = {"architecture": architecture, "sha256": digest, "source": source_key(function, architecture)}
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(manifest)


def _add(archive: zipfile.ZipFile, files: Iterable[tuple[Path, str]]) -> None:
    """Adds the files in the order of their names, without the building machine's times and owners."""
    for path, name in sorted(files, key=lambda file: file[1]):
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, path.read_bytes())


def _sources(function: str) -> list[tuple[Path, str]]:
    root = REPOSITORY / "lambdas"
    paths = [root / "__init__.py", *(root / "runtime").rglob("*"), *(root / function).rglob("*")]
    paths += reached(paths, REPOSITORY, "domain")
    return [(path, str(path.relative_to(REPOSITORY))) for path in sorted(paths) if _belongs(path, REPOSITORY)]


def _belongs(path: Path, root: Path) -> bool:
    inside = path.relative_to(root).parts
    return path.is_file() and not _LEFT_OUT.intersection(inside) and path.name not in _RECORDS


def _lock(function: str) -> Path | None:
    path = REPOSITORY / "requirements" / f"lambda-{function}.txt"
    return path if path.exists() else None


def _dependencies(lock: Path, architecture: str) -> Path:
    """Returns the zip of the lock file's packages. It is made once for each lock file."""
    packages = _installed(lock, architecture)
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    target = packages.with_name(f"{packages.name}-{key}.zip")
    if target.exists():
        return target
    unfinished = target.with_name(f"{target.name}.new")
    files = [(path, str(path.relative_to(packages))) for path in packages.rglob("*") if _belongs(path, packages)]
    with zipfile.ZipFile(unfinished, "w") as archive:
        _add(archive, files)
    for superseded in packages.parent.glob(f"{packages.name}-*.zip"):  # an earlier version of this module made it
        superseded.unlink()
    unfinished.replace(target)
    return target


def _installed(lock: Path, architecture: str) -> Path:
    """Returns the folder with the lock file's packages for Lambda's Linux. It is made once for each lock file."""
    key = hashlib.sha256(lock.read_bytes() + architecture.encode()).hexdigest()[:16]
    target = LOCAL / "lambda-packages" / key
    if target.exists():
        return target
    unfinished = target.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    # Lambda's Python 3.13 runs on Amazon Linux 2023, whose C library is glibc 2.34
    # https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    glibc = [f"manylinux_2_{minor}" for minor in range(34, 16, -1)] + ["manylinux2014"]
    pip = [
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--target",
        str(unfinished),
        "-r",
        str(lock),
    ]
    pip += ["--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"]
    pip += [
        "--python-version=3.13",
        "--implementation=cp",
        *(f"--platform={tag}_{_WHEELS[architecture]}" for tag in glibc),
    ]
    command = [str(environments.python_of("project")), *pip]
    done = subprocess.run(command, env=user_shell.pip(), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise PackagingError(f"the packages of {lock.name} could not be installed:\n{done.stderr}")
    unfinished.replace(target)
    return target
