"""Runs the tests, prints the counts, and fails where a failure has no explanation."""

import argparse
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from dockerless_testing.bare_localstack import of_everything
from dockerless_testing.emulator import Emulator
from ministack_tests import what_aws_requires
from ministack_tests.prepare import make_roles, prepare
from recorded_answers import explanations
from recorded_answers.results import read, table
from recorded_answers.run import run

SECONDS_OF_A_TEST = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="ministack_tests", description=__doc__)
    parser.add_argument("--tests", type=Path, required=True, help="the folder tests/ of MiniStack's repository")
    parser.add_argument("--python", type=Path, required=True, help="a Python with what these tests need")
    parser.add_argument("--logs", type=Path, required=True, help="the folder for reports and logs")
    parser.add_argument("modules", nargs="*", help="modules of tests; without any, all of explanations.toml")
    arguments = parser.parse_args()
    known = explanations.read(Path(__file__).with_name("explanations.toml"))
    arguments.logs.mkdir(parents=True, exist_ok=True)
    results = []
    for module in arguments.modules or known.modules:
        report = arguments.logs / f"{Path(module).stem}.xml"
        run(
            arguments.python,
            partial(prepare, arguments.tests),
            environment=partial(_environment, arguments.tests),
            options=("-p", what_aws_requires.__name__, f"--timeout={SECONDS_OF_A_TEST}", module),
            report=report,
            settings=_settings,
        )
        results.append(read(module, report, known))
    sys.stdout.write(table(results))
    return int(any(result.unexplained for result in results))


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


if __name__ == "__main__":
    sys.exit(main())
