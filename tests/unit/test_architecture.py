"""Each folder imports only the folders that it may import."""

import ast
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "packages" / "localstack-dockerless"
PACKAGE = PLUGINS / "src" / "localstack_dockerless"
FUNCTIONS = (
    *("authorizer", "planner", "exporter", "enricher", "alerting", "publisher", "reporter", "notifier"),
    "database_roles",
)
AWS = {"boto3", "botocore", "s3transfer", "aiobotocore"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "lambdas": {"domain"},
    "service": {"domain"},
    "operations": {"domain", "lambdas"},
    "seed": {"domain"},
    "artifacts": set(),
    "local": {"domain", "lambdas", "service", "operations", "seed", "artifacts"},
    "bench": {"domain", "lambdas", "service", "operations", "seed", "artifacts", "local"},
    "tests": {
        "domain",
        "lambdas",
        "service",
        "operations",
        "seed",
        "artifacts",
        "local",
        "bench",
        "dockerless_testing",
    },
}
"""The allowed directions between the folders at the top. The plug-in package is no folder of these: it stands alone.
The tests alone may use what its own tests share, `dockerless_testing`, such as the waiting on a condition."""
OWN = {*MAY_IMPORT, "localstack_dockerless", "dockerless_testing"}


def _sources(folder: str | Path) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"nothing in {folder}"
    return found


def _imports(path: Path) -> Iterator[str]:
    """Returns the modules that a file imports, including imports for type checking and inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            yield node.module
            # `from lambdas import exporter` imports a module by the other name.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _offences(folder: str | Path, is_offence: Callable[[str], bool]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {name}" for path in _sources(folder) for name in _imports(path) if is_offence(name)
    ]


def _top(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_the_layout_allows(folder: str) -> None:
    allowed = MAY_IMPORT[folder] | {folder}
    assert _offences(folder, lambda module: _top(module) in OWN - allowed) == []


def test_the_folders_form_no_circle() -> None:
    def reaches(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for further in MAY_IMPORT.get(waiting.pop(), set()) - found:
                found.add(further)
                waiting.append(further)
        return found

    assert [folder for folder in MAY_IMPORT if folder in reaches(folder)] == []


def _arrows(document: Path) -> Iterator[tuple[str, str]]:
    """Returns the arrows of a document's first mermaid picture: `a & b --> c & d` draws four arrows."""
    picture = document.read_text(encoding="utf-8").partition("```mermaid\n")[2].partition("```")[0]
    for left, right in re.findall(r"^ *(\w+(?: & \w+)*) --> (\w+(?: & \w+)*)$", picture, re.MULTILINE):
        yield from itertools.product(left.split(" & "), right.split(" & "))


def test_the_picture_of_the_folders_shows_the_allowed_directions() -> None:
    """The map omits an arrow that other arrows imply: `tests` reach `domain` through `local`."""
    drawn: dict[str, set[str]] = {folder: set() for folder in MAY_IMPORT}
    for start, end in _arrows(ROOT / "docs" / "map.md"):
        drawn[start].add(end)
    for _ in MAY_IMPORT:
        drawn = {start: ends.union(*(drawn[end] for end in ends)) for start, ends in drawn.items()}
    assert drawn == {folder: allowed & MAY_IMPORT.keys() for folder, allowed in MAY_IMPORT.items()}


def test_the_plug_in_package_imports_nothing_of_the_rest() -> None:
    assert _offences(PACKAGE, lambda module: _top(module) in {*MAY_IMPORT, "dockerless_testing"}) == []
    assert _offences(PLUGINS / "tests", lambda module: _top(module) in MAY_IMPORT) == []


def test_the_ecs_agent_imports_the_standard_library_alone() -> None:
    known = {*sys.stdlib_module_names, "localstack_dockerless"}
    agent = PACKAGE / "services" / "ecs" / "agent"
    assert _offences(agent, lambda module: _top(module) not in known) == []
    inside = "localstack_dockerless.services.ecs.agent"
    assert _offences(agent, lambda module: _top(module) not in sys.stdlib_module_names and inside not in module) == []


def test_the_domain_needs_the_standard_library_alone() -> None:
    known = {*sys.stdlib_module_names, "domain"}
    assert _offences("domain", lambda module: _top(module) not in known) == []


def test_the_domain_reads_no_environment_and_no_clock() -> None:
    outside = {"environ", "getenv", "now", "utcnow", "today"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.attr}"
        for path in _sources("domain")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in outside
    ]
    assert found == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_itself_and_what_all_share(function: str) -> None:
    allowed = (f"lambdas.{function}", "lambdas.runtime")

    def is_foreign(module: str) -> bool:
        return _top(module) == "lambdas" and module != "lambdas" and not module.startswith(allowed)

    assert _offences(f"lambdas/{function}", is_foreign) == []


def test_what_the_functions_share_knows_none_of_them() -> None:
    def is_function(module: str) -> bool:
        return _top(module) == "lambdas" and module != "lambdas" and not module.startswith("lambdas.runtime")

    assert _offences("lambdas/runtime", is_function) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_a_handler_makes_clients_and_reads_the_environment(function: str) -> None:
    others = [path for path in _sources(f"lambdas/{function}") if path.name != "handler.py"]
    found = [(path.name, module) for path in others for module in _imports(path) if _top(module) in {"boto3", "os"}]
    # os.pipe
    assert [each for each in found if each != ("copy_stream.py", "os")] == []


def test_every_function_is_checked() -> None:
    folders = {path.name for path in (ROOT / "lambdas").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*FUNCTIONS, "runtime"}


def test_the_readings_know_nothing_of_http() -> None:
    assert _offences("service/readings", lambda module: module.startswith(("service.http", "fastapi"))) == []


def test_the_alarms_know_nothing_of_http() -> None:
    assert _offences("service/alarms", lambda module: module.startswith(("service.http", "fastapi"))) == []


def test_the_database_knows_nothing_of_http_and_of_readings() -> None:
    upward = ("service.http", "service.readings", "service.alarms", "fastapi")
    assert _offences("service/postgres", lambda module: module.startswith(upward)) == []


@pytest.mark.parametrize("folder", ["domain", "lambdas", "service"])
def test_what_ships_imports_with_import_statements_alone(folder: str) -> None:
    # artifacts/imports.py finds by them what goes into a zip
    dynamic = ("importlib", "runpy", "pkgutil")
    assert _offences(folder, lambda module: _top(module) in dynamic) == []
    assert [path for path in _sources(folder) if "__import__" in path.read_text(encoding="utf-8")] == []


def test_the_domain_is_code_alone() -> None:
    others = [path for path in (ROOT / "domain").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.suffix for path in others} == {".py"}


def test_the_environments_are_made_with_the_standard_library_alone() -> None:
    known = {*sys.stdlib_module_names, "artifacts"}
    assert _offences("artifacts", lambda module: _top(module) not in known) == []


def test_what_looks_at_a_stack_knows_no_command_and_no_launcher() -> None:
    assert _offences("local/observe", lambda module: module.startswith("local.commands")) == []


@pytest.mark.parametrize(
    "folder",
    [
        *("domain", "lambdas/runtime", "service", "service/http", "service/readings", "service/postgres"),
        "service/alarms",
        *("artifacts", "local/launcher", "local/observe", "local/commands", "local/compose"),
    ],
)
def test_the_map_of_a_folder_names_each_of_its_modules(folder: str) -> None:
    path = ROOT / folder
    document = ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {each.stem for each in path.glob("*.py") if not each.stem.startswith("__")}
    parts = {f"{each.parent.name}/" for each in path.glob("*/__init__.py")}
    rows = re.findall(r"^ *(\w+/?(?:, \w+/?)*) {2,}\S", document, re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")}
    assert {name for name in modules | parts if name not in named and f"`{name}`" not in document} == set()
    assert named <= modules | parts
