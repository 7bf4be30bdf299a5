"""Configures the package's tests. They run alone: `python -m pytest packages/localstack-dockerless/tests`.

`unit/` needs no LocalStack and opens no socket. `integration/` starts a bare LocalStack and a Postgres for the whole
run, and ends them. The README names the environment variables that say which Python and which Postgres.
"""

from dockerless_testing import shell

shell.keep_out()
