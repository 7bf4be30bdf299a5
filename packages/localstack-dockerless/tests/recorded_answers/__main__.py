"""Runs the tests, prints the counts, and fails where a failure has no explanation."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dockerless_testing.bare_localstack import bare_localstack, of_everything
from dockerless_testing.emulator import Emulator
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import postgres_programs
from recorded_answers import explanations
from recorded_answers.prepare import prepare
from recorded_answers.results import read, table

SECONDS_OF_A_TEST = 300
_OPTIONS = ("-q", "--tb=short", "--show-capture=no", "-o", "log_cli=false", "-p", "no:cacheprovider", "-W", "ignore")


def main() -> int:
    parser = argparse.ArgumentParser(prog="recorded_answers", description=__doc__)
    parser.add_argument("--tests", type=Path, required=True, help="the folder tests/ of LocalStack's repository")
    parser.add_argument("--python", type=Path, required=True, help="a Python with what these tests need")
    parser.add_argument("--logs", type=Path, required=True, help="the folder for reports and logs")
    parser.add_argument("modules", nargs="*", help="modules of tests; without any, all of explanations.toml")
    arguments = parser.parse_args()
    known = explanations.read()
    arguments.logs.mkdir(parents=True, exist_ok=True)
    results = []
    for module in arguments.modules or known.modules:
        report = arguments.logs / f"{Path(module).stem}.xml"
        with tempfile.TemporaryDirectory(prefix="recorded-") as name:
            _run(Path(name), prepare(arguments.tests, Path(name)), arguments.python, module, report.absolute())
        results.append(read(module, report, known))
    sys.stdout.write(table(results))
    return int(any(result.unexplained for result in results))


def _run(folder: Path, tests: Path, python: Path, module: str, report: Path) -> None:
    """Runs a module on a LocalStack of its own, so that no module meets what another one left."""
    with (
        postgres(postgres_programs(), folder) as url,
        bare_localstack(folder, of_everything(folder, url)) as emulator,
        report.with_suffix(".log").open("wb") as log,
    ):
        subprocess.run(
            [python, "-m", "pytest", *_OPTIONS, f"--timeout={SECONDS_OF_A_TEST}", f"--junitxml={report}", module],
            cwd=tests.parent,
            env=os.environ | _environment(emulator, folder),
            check=False,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    report.with_suffix(".localstack.log").write_bytes((folder / "localstack.log").read_bytes())


def _environment(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Returns the variables that LocalStack's test fixtures read. The region is the one of the recorded answers."""
    address = emulator.url.removeprefix("http://")
    return {
        "TEST_SKIP_LOCALSTACK_START": "1",
        "AWS_ENDPOINT_URL": emulator.url,
        "TEST_AWS_ENDPOINT_URL": emulator.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "TEST_AWS_REGION_NAME": "us-east-1",
        "GATEWAY_LISTEN": address,
        "LOCALSTACK_HOST": address,
        "SQS_ENDPOINT_STRATEGY": "off",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "HOME": str(folder),
        "FILESYSTEM_ROOT": str(folder / "tests-files"),
    }


if __name__ == "__main__":
    sys.exit(main())
