"""The package's own documents match its code, without LocalStack."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from localstack_dockerless import coverage

PACKAGE = Path(__file__).parents[2]
SOURCES = sorted((PACKAGE / "src").rglob("*.py"))
README = (PACKAGE / "README.md").read_text()
PROJECT = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
LOOPS = ("_CHECKED", "_CHANGES")
"""The names of the collections from which a provider makes uniform handlers."""
REFUSED = ("NOT_EMULATED", "_NOT_SUPPORTED")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _strings(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Returns the constants at the top of a module, by their names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"


def _variables_read(path: Path) -> set[str]:
    """Returns the environment variables that a file reads: by name, or by a list of inherited names."""
    tree = _tree(path)
    constants = dict(_constants(tree))
    names: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_environ(node.func.value):
            names.append(node.args[0])
        elif isinstance(node, ast.Subscript) and _is_environ(node.value):
            names.append(node.slice)
    found: set[str] = set()
    for name in names:
        found |= _strings(constants.get(name.id, ast.Pass()) if isinstance(name, ast.Name) else name)
    if any(map(_is_environ, ast.walk(tree))):
        inherited = [value for key, value in constants.items() if key.strip("_") == "INHERITED"]
        found = found.union(*map(_strings, inherited))
        assert found, f"{path}: it reads the environment in a way that this test does not know"
    return found


def test_the_readme_names_every_environment_variable_that_the_code_reads():
    section = README.split("## Configuration\n")[1].split("LocalStack reads these itself.")[0]
    named = set(re.findall(r"`([A-Z][A-Z_]+)[`=]", section))
    assert named == set().union(*map(_variables_read, SOURCES))


def test_nothing_reads_the_environment_in_another_way():
    ways = ("getenv", "environb", "from os import environ")
    assert [path.name for path in SOURCES if any(way in path.read_text() for way in ways)] == []


def test_the_change_log_has_the_version():
    assert re.findall(r"^## (\S+)", (PACKAGE / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == PROJECT["version"]


@pytest.mark.parametrize(
    "init", [path for path in SOURCES if path.name == "__init__.py"], ids=lambda path: path.parent.name
)
def test_the_docstring_of_a_folder_is_its_map(init: Path):
    documentation = ast.get_docstring(_tree(init)) or ""
    named = set(re.findall(r"[\w/]+\.py\b", documentation))
    here = {name for name in named if "/" not in name}
    files = {path.name for path in init.parent.glob("*.py")} - {"__init__.py"}
    if init.parent.name != "handlers":  # its files are the steps that `gateway.py` lists
        assert files - here == set()
    assert [name for name in here if not list(init.parent.rglob(name))] == []
    assert [name for name in named - here if not (coverage.SERVICES.parent / name).exists()] == []


# The table of coverage: these tests see a handler or a refusal that is not in it.
# `tests/integration/test_coverage_table.py` compares the whole file, with moto's part.


def _rows(service: str) -> dict[str, str]:
    text = (PACKAGE / "docs" / "coverage.md").read_text()
    section = text.split(f"\n## {service}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")][2:]
    return {
        name.strip(): next(column for column, cell in zip(coverage.COLUMNS, cells, strict=True) if cell.strip())
        for name, *cells in rows
    }


def _own(service: str) -> tuple[set[str], set[str]]:
    """Returns the operations with a handler in the service's folder, and the refused operations.

    A provider with `KEPT` refuses every other operation.
    """
    handled: set[str] = set()
    refused: set[str] = set()
    for path in (coverage.SERVICES / coverage.PROVIDERS[service][0]).glob("*.py"):
        tree = _tree(path)
        for name, value in _constants(tree):
            if name == "KEPT" and path.name == "provider.py":
                refused |= set(_rows(service)) - _strings(value)
            elif name in REFUSED and path.name == "provider.py" and "load_service" not in ast.unparse(value):
                refused |= _strings(value)
            elif name in LOOPS:
                handled |= (
                    set().union(*(_strings(key) for key in value.keys if key))
                    if isinstance(value, ast.Dict)
                    else _strings(value)
                )
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "handler"]
        handled = handled.union(*(_strings(each.args[0]) for each in calls))
    return handled, refused - handled


@pytest.mark.parametrize("service", coverage.PROVIDERS)
def test_the_table_has_the_handlers_and_the_refused_operations(service: str):
    rows = _rows(service)
    handled, refused = _own(service)
    assert {name for name, answer in rows.items() if answer == coverage.EMULATED} == handled
    assert {name for name, answer in rows.items() if answer == coverage.REFUSED} == refused


def test_the_table_has_every_provided_service():
    registered = {name.partition(":")[0] for name in PROJECT["entry-points"]["localstack.aws.provider"]}
    assert set(coverage.PROVIDERS) == registered
