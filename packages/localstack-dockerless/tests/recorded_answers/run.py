"""Runs one module of other people's tests on a LocalStack of its own."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dockerless_testing.bare_localstack import bare_localstack, of_everything
from dockerless_testing.emulator import Emulator
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import postgres_programs

_OPTIONS = ("-q", "--tb=short", "--show-capture=no", "-o", "log_cli=false", "-p", "no:cacheprovider", "-W", "ignore")


def run(
    python: Path,
    prepare: Callable[[Path], Path],
    *,
    environment: Callable[[Emulator, Path], Mapping[str, str]],
    options: Sequence[str],
    report: Path,
    settings: Callable[[Path, str], Mapping[str, str]] = of_everything,
) -> None:
    """Runs pytest with `options`, so that no module meets what another one left. `report` gets its results.

    `prepare` copies the tests into a folder and returns the one in which pytest is started. `environment` returns
    the variables that the tests read. `settings` returns LocalStack's, with a folder and a URL of Postgres.
    """
    with tempfile.TemporaryDirectory(prefix="tests-") as name:
        folder = Path(name)
        start = prepare(folder)
        with (
            postgres(postgres_programs(), folder) as url,
            bare_localstack(folder, settings(folder, url)) as emulator,
            report.with_suffix(".log").open("wb") as log,
        ):
            subprocess.run(
                [python, "-m", "pytest", *_OPTIONS, f"--junitxml={report.absolute()}", *options],
                cwd=start,
                env=os.environ | environment(emulator, folder),
                check=False,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        report.with_suffix(".localstack.log").write_bytes((folder / "localstack.log").read_bytes())
