"""The layers: what each part of the code may import."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("authorizer", "planner", "exporter", "enricher", "alerting", "publisher")
SHIPPED = ("lambdas", "service", "operations")
AWS = {"boto3", "botocore", "s3transfer", "aiobotocore"}
OWN = {"lambdas", "service", "operations", "seed", "local", "tests", "bench"}


def _sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, also those for type checking alone and those inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            yield node.module
            # `from lambdas import exporter` imports a module by the other name.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _offences(folder: str, is_offence: Callable[[str], bool]) -> list[str]:
    found = _sources(folder)
    assert found, f"nothing in {folder}"
    return [f"{path.relative_to(ROOT)}: {name}" for path in found for name in _imports(path) if is_offence(name)]


def _top(module: str) -> str:
    return module.partition(".")[0]


def test_the_domain_imports_nothing_from_aws() -> None:
    assert _offences("lambdas/shared", lambda module: _top(module) in AWS) == []


def test_the_domain_imports_nothing_outward() -> None:
    def is_outward(module: str) -> bool:
        return _top(module) in OWN and module != "lambdas" and not module.startswith("lambdas.shared")

    assert _offences("lambdas/shared", is_outward) == []


def test_the_domain_itself_needs_nothing_but_the_standard_library() -> None:
    known = {*sys.stdlib_module_names, "lambdas"}
    rules = [path for path in _sources("lambdas/shared") if "adapters" not in path.parts]
    foreign = [(path.name, module) for path in rules for module in _imports(path) if _top(module) not in known]
    adapters = [
        (path.name, module)
        for path in rules
        for module in _imports(path)
        if module.startswith("lambdas.shared.adapters")
    ]
    assert foreign == []
    assert adapters == []


def test_the_domain_reads_no_environment_and_no_clock() -> None:
    found = []
    for path in _sources("lambdas/shared"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in {"environ", "getenv", "now", "utcnow", "today"} and isinstance(node, ast.Attribute):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    assert found == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_itself_and_the_domain_alone(function: str) -> None:
    allowed = (f"lambdas.{function}", "lambdas.shared")

    def is_foreign(module: str) -> bool:
        return _top(module) in OWN and module != "lambdas" and not module.startswith(allowed)

    assert _offences(f"lambdas/{function}", is_foreign) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_a_handler_makes_clients_and_reads_the_environment(function: str) -> None:
    others = [path for path in _sources(f"lambdas/{function}") if path.name != "handler.py"]
    found = [(path.name, module) for path in others for module in _imports(path) if _top(module) in {"boto3", "os"}]
    # os.pipe
    assert [each for each in found if each != ("copy_stream.py", "os")] == []


def test_every_function_is_checked() -> None:
    folders = {path.name for path in (ROOT / "lambdas").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*FUNCTIONS, "shared"}


@pytest.mark.parametrize("shipped", SHIPPED)
def test_what_ships_imports_nothing_that_does_not(shipped: str) -> None:
    stays = {"local", "emulator", "seed", "tests", "bench"}
    assert _offences(shipped, lambda module: _top(module) in stays) == []


def test_the_seed_imports_no_tests() -> None:
    assert _offences("seed", lambda module: _top(module) in {"tests", "bench", "emulator"}) == []


def test_the_service_takes_the_domain_alone() -> None:
    def is_foreign(module: str) -> bool:
        return _top(module) == "lambdas" and module != "lambdas" and not module.startswith("lambdas.shared")

    assert _offences("service", is_foreign) == []
    assert _offences("service", lambda module: module.startswith("lambdas.shared.adapters")) == []
