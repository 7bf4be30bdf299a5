"""The tests of the package. They run alone: `python -m pytest packages/localstack-dockerless/tests`.

`unit/` needs no LocalStack and opens no socket. `integration/` starts a bare LocalStack and a Postgres for the whole
run, and ends them. The README names the environment variables that say which Python and which Postgres.
"""

import os

KEPT = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI"}
PREFIXES = ("DOCKERLESS_", "EMULATOR_", "PYTEST_", "COV_", "COVERAGE_")

for _name in os.environ.keys() - KEPT:  # no other variable of the shell steers a library or a program
    if not _name.startswith(PREFIXES):
        del os.environ[_name]
