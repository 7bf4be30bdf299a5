"""Starts one bare LocalStack and one Postgres for all tests of this folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockerless_testing.bare_localstack import bare_localstack, of_everything
from dockerless_testing.emulator import Emulator
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import MissingProgramError, postgres_programs


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    try:
        programs = postgres_programs()
        with (
            tempfile.TemporaryDirectory(prefix="dockerless-") as name,
            postgres(programs, Path(name)) as url,
            bare_localstack(Path(name), of_everything(Path(name), url)) as running,
        ):
            yield running
    except MissingProgramError as error:
        pytest.fail(str(error), pytrace=False)
