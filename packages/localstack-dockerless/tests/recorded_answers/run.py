"""Runs other people's tests, each module on a LocalStack of its own."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dockerless_testing.bare_localstack import bare_localstack
from dockerless_testing.emulator import Emulator
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import postgres_programs
from recorded_answers import explanations
from recorded_answers.results import read, table

_OPTIONS = ("-q", "--tb=short", "--show-capture=no", "-o", "log_cli=false", "-p", "no:cacheprovider", "-W", "ignore")


@dataclass(frozen=True)
class Suite:
    """Describes the tests of another project. `tests` is its folder of tests, and `folder` is a temporary one.

    `prepare(tests, folder)` copies the tests into `folder` and returns the one in which pytest is started.
    `environment(tests, emulator, folder)` returns the variables that the tests read. `settings(folder, url)` returns
    LocalStack's, with the URL of a Postgres. `seconds` is the longest time of a test, and `options` are pytest's.
    """

    program: str
    owner: str
    explanations: Path
    seconds: int
    prepare: Callable[[Path, Path], Path]
    environment: Callable[[Path, Emulator, Path], Mapping[str, str]]
    settings: Callable[[Path, str], Mapping[str, str]]
    options: Sequence[str] = ()


def main(suite: Suite) -> int:
    """Runs the tests and prints the counts. Returns 1 where a failure has no explanation."""
    parser = argparse.ArgumentParser(prog=suite.program, description=main.__doc__)
    parser.add_argument("--tests", type=Path, required=True, help=f"the folder tests/ of {suite.owner}'s repository")
    parser.add_argument("--python", type=Path, required=True, help="a Python with what these tests need")
    parser.add_argument("--logs", type=Path, required=True, help="the folder for reports and logs")
    parser.add_argument("--seconds", type=int, default=suite.seconds, help="the longest time of a test")
    parser.add_argument("modules", nargs="*", help="modules or folders of tests; without any, all of explanations.toml")
    arguments = parser.parse_args()
    known = explanations.read(suite.explanations)
    arguments.logs.mkdir(parents=True, exist_ok=True)
    results = []
    for module in arguments.modules or known.modules:
        report = arguments.logs / f"{Path(module).stem}.xml"
        options = (*suite.options, f"--timeout={arguments.seconds}", module)
        _run(suite, arguments.tests, arguments.python, options, report)
        results.append(read(module, report, known))
    sys.stdout.write(table(results))
    return int(any(result.unexplained for result in results))


def _run(suite: Suite, tests: Path, python: Path, options: Sequence[str], report: Path) -> None:
    """Runs pytest with `options`, so that no module meets what another one left. `report` gets its results."""
    with tempfile.TemporaryDirectory(prefix="tests-") as name:
        folder = Path(name)
        start = suite.prepare(tests, folder)
        with (
            postgres(postgres_programs(), folder) as url,
            bare_localstack(folder, suite.settings(folder, url)) as emulator,
            report.with_suffix(".log").open("wb") as log,
        ):
            subprocess.run(
                [python, "-m", "pytest", *_OPTIONS, f"--junitxml={report.absolute()}", *options],
                cwd=start,
                env=os.environ | suite.environment(tests, emulator, folder),
                check=False,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        report.with_suffix(".localstack.log").write_bytes((folder / "localstack.log").read_bytes())
