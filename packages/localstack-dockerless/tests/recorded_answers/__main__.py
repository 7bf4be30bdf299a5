"""Runs LocalStack's tests, prints the counts, and fails where a failure has no explanation."""

import sys
from pathlib import Path

from dockerless_testing.bare_localstack import of_everything
from dockerless_testing.emulator import Emulator
from recorded_answers.prepare import prepare
from recorded_answers.run import Suite, main


def _prepare(tests: Path, folder: Path) -> Path:
    return prepare(tests, folder).parent


def _settings(folder: Path, postgres_url: str) -> dict[str, str]:
    """Returns LocalStack's settings. Its tests set the delay in their own process, which AWS has as 60 s."""
    return of_everything(folder, postgres_url) | {"LAMBDA_RETRY_BASE_DELAY": "5"}


def _environment(_tests: Path, emulator: Emulator, folder: Path) -> dict[str, str]:
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


SUITE = Suite(
    program="recorded_answers",
    owner="LocalStack",
    explanations=Path(__file__).with_name("explanations.toml"),
    seconds=300,
    prepare=_prepare,
    environment=_environment,
    settings=_settings,
)

if __name__ == "__main__":
    sys.exit(main(SUITE))
