"""Copies the tests, and lets them use the Python of this machine.

LocalStack's tests ask for the runtime of Python 3.12. The runtime is no part of what they test. A copy names the
version of `EMULATOR_LAMBDA_PYTHON` in its place, in the tests and as a whole value in the recorded answers.

The tests also take LocalStack's usual port for granted. The copy takes the port of `GATEWAY_LISTEN`.
"""

import shutil
import subprocess
from pathlib import Path

from dockerless_testing.programs import lambda_python

_ASKED = "python3.12"
_PORT = 'int(os.environ["GATEWAY_LISTEN"].rpartition(":")[2])'
_PARAMETER = '("python3.10", '
"""Is the beginning of a parameter of `test_lambda`. Its recorded answers do not name the runtime."""
_FOLDERS = ("lambda_", "stepfunctions")


def prepare(tests: Path, folder: Path) -> Path:
    """Copies `tests` into `folder`. Returns the copy's path."""
    copy = folder / "tests"
    shutil.copytree(tests, copy)
    _replace(copy / "aws" / "conftest.py", {"constants.DEFAULT_PORT_EDGE": _PORT})
    here = runtime(lambda_python())
    with (copy / "conftest.py").open("a") as start:
        start.write(f'\nfrom localstack.utils import testutil\n\ntestutil.LAMBDA_DEFAULT_RUNTIME = "{here}"\n')
    for path in (copy / "aws" / "cdk_templates").rglob("*.json"):
        _replace(path, {f'"{_ASKED}"': f'"{here}"'})
    for name in _FOLDERS:
        services = copy / "aws" / "services" / name
        for path in services.rglob("*.py"):
            _replace(path, {name(_ASKED): name(here) for name in (_member, _member_of_cdk)})
            _replace(path, {_PARAMETER: f'("{here}", '})
        for path in services.rglob("*.snapshot.json"):
            _replace(path, {f'"{_ASKED}"': f'"{here}"'})
    return copy


def runtime(python: Path) -> str:
    """Returns the Lambda runtime of an interpreter, for example `python3.13`."""
    program = "import sys; print('python%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def _member(runtime: str) -> str:
    return f"Runtime.{runtime.replace('.', '_')}"


def _member_of_cdk(runtime: str) -> str:
    return f"Runtime.{runtime.replace('python', 'PYTHON_').replace('.', '_')}"


def _replace(path: Path, texts: dict[str, str]) -> None:
    before = after = path.read_text()
    for old, new in texts.items():
        after = after.replace(old, new)
    if after != before:
        path.write_text(after)
