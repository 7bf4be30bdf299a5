"""The folder of patches matches its document and the package's other folders, without LocalStack."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from localstack_dockerless.patches import versions

PACKAGE = Path(__file__).parents[2]
SOURCES = PACKAGE / "src" / "localstack_dockerless"
FOLDER = SOURCES / "patches"
DOCUMENT = (PACKAGE / "docs" / "patches.md").read_text()
MACHINERY = {"__init__", "__main__", "conditions", "patch", "registry", "versions"}
MODULES = sorted({path.stem for path in FOLDER.glob("*.py")} - MACHINERY)
WAYS = {"wraps", "replaces", "adds"}
OURS = {"localstack_dockerless", *sys.stdlib_module_names}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _targets(name: str) -> list[str]:
    """Returns the targets that a module's decorators name."""
    calls = [node for node in ast.walk(_tree(FOLDER / f"{name}.py")) if isinstance(node, ast.Call)]
    return [
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in WAYS and ast.unparse(call.func.value) == "PATCH"
    ]


def _section(name: str) -> str:
    return DOCUMENT.split(f"\n## {name}\n")[1].split("\n## ")[0]


def test_the_registry_knows_which_modules_are_no_patches():
    (found,) = re.findall(r"^MACHINERY = frozenset\((.*)\)$", (FOLDER / "registry.py").read_text(), re.MULTILINE)
    assert ast.literal_eval(found) == MACHINERY


def test_the_document_lists_every_patch_and_no_other():
    assert re.findall(r"^## (\S+)$", DOCUMENT, re.MULTILINE) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_a_patch_has_targets_and_the_document_has_the_same(name: str):
    listed = re.findall(r"^  - `(\S+)`", _section(name), re.MULTILINE)
    assert listed == _targets(name) != []


@pytest.mark.parametrize("name", MODULES)
def test_a_patch_says_why_and_from_which_source(name: str):
    section = _section(name)
    assert re.search(r"^- Without it: .+\.$", section, re.MULTILINE)
    assert re.search(r"^- Source: <https://\S+>$", section, re.MULTILINE)


def test_no_target_belongs_to_two_patches():
    every = [target for name in MODULES for target in _targets(name)]
    assert sorted(every) == sorted(set(every))


# Nobody changes a foreign object in another way than by a patch of the folder.


def _foreign(tree: ast.Module) -> set[str]:
    """Returns a module's names for objects of other distributions."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(each.asname or each.name).partition(".")[0] for each in node.names if _is_foreign(each.name)}
        elif isinstance(node, ast.ImportFrom) and _is_foreign(node.module or ""):
            found |= {each.asname or each.name for each in node.names}
    return found


def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] not in OURS


def _changed(tree: ast.Module) -> Iterator[ast.expr]:
    """Yields everything that a module assigns to or deletes, and the arguments of `setattr` and `delattr`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                for target in targets:
                    yield from target.elts if isinstance(target, ast.Tuple) else [target]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                yield target
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]):
                yield ast.Attribute(owner, "by_name")


def _root(target: ast.expr) -> str | None:
    """Returns the name `a` of a target `a.b.c` or `a.b["c"]`. None: data in a store, such as `a["key"].b`."""
    if isinstance(target, ast.Subscript):
        target = target.value
    elif not isinstance(target, ast.Attribute):
        return None
    while isinstance(target, ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def offences(source: str) -> list[str]:
    tree = ast.parse(source)
    foreign = _foreign(tree)
    return [ast.unparse(target) for target in _changed(tree) if _root(target) in foreign]


@pytest.mark.parametrize(
    "change",
    [
        "from moto.rds import models\nmodels.check = None",
        "from localstack.services.sqs import constants\nconstants.DEFAULTS['a'] = ''",
        "def f():\n    from twisted.web.server import Site\n    Site.log, x = 1, 2",
        "from moto.rds.models import Secret\nsetattr(Secret, 'make', None)",
        "import rolo\ndel rolo.serving.twisted.Channel.factory",
    ],
)
def test_a_change_of_a_foreign_object_is_seen(change: str):
    assert len(offences(change)) == 1


def test_nothing_changes_a_foreign_object_but_a_patch():
    found = {path.name: offences(path.read_text(encoding="utf-8")) for path in SOURCES.rglob("*.py")}
    assert {name: each for name, each in found.items() if each} == {}


def test_only_the_folder_uses_patches():
    users = [
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if re.search(r"localstack\.utils\.patch|localstack\.utils import patch|\.patch import", path.read_text())
    ]
    assert {Path(user).parts[0] for user in users} == {"patches"}


# The versions.


def test_the_package_requires_the_versions_that_the_patches_are_for():
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    pinned = dict(each.replace("[runtime]", "").split("==") for each in project["dependencies"] if "==" in each)
    assert versions.WANTED.items() <= pinned.items()


def test_the_right_versions_pass():
    versions.check(versions.WANTED.__getitem__)


def test_a_wrong_version_is_named_with_the_needed_ones_and_the_way_out():
    installed = {**versions.WANTED, "moto-ext": "5.2.0"}
    with pytest.raises(versions.WrongVersionError) as error:
        versions.check(installed.__getitem__)
    assert str(error.value) == (
        "localstack-dockerless patches localstack-core 4.14.0 and moto-ext 5.1.25, but localstack-core 4.14.0 and "
        "moto-ext 5.2.0 are installed. Run: pip install localstack-core==4.14.0 moto-ext==5.1.25"
    )
