"""The import statements of a program lead to all files that it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from artifacts.imports import reached
from artifacts.packages import FUNCTIONS, _sources
from artifacts.paths import REPOSITORY


def _written(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return top / "program.py"


FILES = {
    "rules/__init__.py": "",
    "rules/a.py": "from rules.deep import b\n",
    "rules/deep/__init__.py": "import rules.c\n",
    "rules/deep/b.py": "",
    "rules/c.py": "from rules import a\n",
    "rules/unused.py": "import rules.a\n",
    "other/__init__.py": "",
}


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import json\n", set()),
        ("import rules\n", {"__init__"}),
        ("from rules import deep\n", {"__init__", "deep/__init__", "c", "a", "deep/b"}),
        ("from rules import NAME\n", {"__init__"}),
        ("def late():\n    from rules.c import X\n", {"__init__", "c", "a", "deep/__init__", "deep/b"}),
        ("import rules.deep.b as x, other\n", {"__init__", "deep/__init__", "deep/b", "c", "a"}),
        ("import rulesets\n", set()),
    ],
)
def test_a_module_comes_with_its_packages_and_what_it_imports(tmp_path: Path, program: str, found: set[str]) -> None:
    start = _written(tmp_path, FILES | {"program.py": program})
    assert reached([start], tmp_path, "rules") == sorted(tmp_path / "rules" / f"{name}.py" for name in found)


# The Python environment of the tests has no driver for Postgres.
_DRIVER = "sys.modules['psycopg2'] = sys.modules['psycopg2.extensions'] = unittest.mock.MagicMock()"
_WITHOUT_DATABASE = f"import sys, unittest.mock; {_DRIVER}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_finds_all_that_it_imports_in_its_zip(function: str, tmp_path: Path) -> None:
    """The test runs the handler's imports with the files of the zip and nothing else of the repository."""
    for path, name in _sources(function):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(path.read_bytes())
    script = f"{_WITHOUT_DATABASE}; import lambdas.{function}.handler; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "domain.log_lines" in done.stdout.split()


def test_the_service_finds_all_that_it_imports() -> None:
    files = reached((REPOSITORY / "service").rglob("*.py"), REPOSITORY, "domain")
    assert REPOSITORY / "domain" / "readings.py" in files
    assert [path for path in files if "findings" in path.parts] == []
