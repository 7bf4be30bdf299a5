"""Runs the tests, prints the counts, and fails where a failure has no explanation."""

import argparse
import sys
from functools import partial
from pathlib import Path

from dockerless_testing.bare_localstack import of_everything
from dockerless_testing.emulator import Emulator
from recorded_answers import explanations
from recorded_answers.prepare import prepare
from recorded_answers.results import read, table
from recorded_answers.run import run

SECONDS_OF_A_TEST = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="recorded_answers", description=__doc__)
    parser.add_argument("--tests", type=Path, required=True, help="the folder tests/ of LocalStack's repository")
    parser.add_argument("--python", type=Path, required=True, help="a Python with what these tests need")
    parser.add_argument("--logs", type=Path, required=True, help="the folder for reports and logs")
    parser.add_argument("--seconds", type=int, default=SECONDS_OF_A_TEST, help="the longest time of a test")
    parser.add_argument("modules", nargs="*", help="modules or folders of tests; without any, all of explanations.toml")
    arguments = parser.parse_args()
    known = explanations.read(Path(__file__).with_name("explanations.toml"))
    arguments.logs.mkdir(parents=True, exist_ok=True)
    results = []
    for module in arguments.modules or known.modules:
        report = arguments.logs / f"{Path(module).stem}.xml"
        run(
            arguments.python,
            partial(_prepare, arguments.tests),
            environment=_environment,
            options=(f"--timeout={arguments.seconds}", module),
            report=report,
            settings=_settings,
        )
        results.append(read(module, report, known))
    sys.stdout.write(table(results))
    return int(any(result.unexplained for result in results))


def _prepare(tests: Path, folder: Path) -> Path:
    return prepare(tests, folder).parent


def _settings(folder: Path, postgres_url: str) -> dict[str, str]:
    """Returns LocalStack's settings. Its tests set the delay in their own process, which AWS has as 60 s."""
    return of_everything(folder, postgres_url) | {"LAMBDA_RETRY_BASE_DELAY": "5"}


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
