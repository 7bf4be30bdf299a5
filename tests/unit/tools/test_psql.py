"""`make psql` stops a script at its first error and ignores the shell's libpq settings."""

import pytest

from local.commands import psql

WHERE = ("127.0.0.1", "4567", "energy", "energy")
CONNECTION = ["-h", "127.0.0.1", "-p", "4567", "-d", "energy", "-U", "energy", "-w"]


def test_a_statement_and_a_script_stop_at_the_first_error() -> None:
    script = ["-X", "-v", "ON_ERROR_STOP=1"]
    assert psql.arguments(WHERE, "select 1", interactive=True) == [*CONNECTION, *script, "-c", "select 1"]
    assert psql.arguments(WHERE, "", interactive=False) == [*CONNECTION, *script]


def test_a_person_at_a_terminal_has_their_own_psqlrc() -> None:
    assert psql.arguments(WHERE, "", interactive=True) == CONNECTION


@pytest.mark.parametrize(
    "name", ["PGHOST", "PGPORT", "PGSERVICE", "PGSSLMODE", "PGPASSWORD", "PGOPTIONS", "PGHOSTADDR", "PGDATABASE"]
)
def test_the_shell_s_libpq_settings_stay_out(name: str) -> None:
    assert psql.environment({name: "elsewhere", "TERM": "xterm", "LC_ALL": "C.UTF-8"}) == {
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
    }


def test_the_program_is_that_of_the_server_s_version() -> None:
    assert psql.psql().parent.parent.name == "pginstall18"


def test_a_password_may_hold_the_password_file_s_own_characters() -> None:
    assert psql._escaped("a:b\\c") == "a\\:b\\\\c"
