"""Runs MiniStack's tests, prints the counts, and fails where a failure has no explanation."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dockerless_testing.bare_localstack import of_everything
from dockerless_testing.emulator import Emulator
from ministack_tests import what_aws_requires
from ministack_tests.prepare import make_roles, prepare
from recorded_answers.run import Suite, main


def _settings(folder: Path, postgres_url: str) -> Mapping[str, str]:
    """Returns LocalStack's variables. MiniStack refuses no call for want of a permission. ECS runs any image."""
    return {**of_everything(folder, postgres_url, ("*",)), "IAM_ENFORCEMENT": "report"}


def _environment(tests: Path, emulator: Emulator, folder: Path) -> Mapping[str, str]:
    """Returns the variables that MiniStack's test fixtures read. The tests also import MiniStack's own modules."""
    make_roles(emulator)
    return {
        "MINISTACK_ENDPOINT": emulator.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PYTHONPATH": os.pathsep.join(map(str, (tests.absolute().parent, Path(__file__).parent.parent))),
        "HOME": str(folder),
    }


SUITE = Suite(
    program="ministack_tests",
    owner="MiniStack",
    explanations=Path(__file__).with_name("explanations.toml"),
    seconds=60,
    prepare=prepare,
    environment=_environment,
    settings=_settings,
    options=("-p", what_aws_requires.__name__),
)

if __name__ == "__main__":
    sys.exit(main(SUITE))
