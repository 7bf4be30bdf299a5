"""Makes one workgroup, database and table for the tests of Athena."""

from collections.abc import Iterator

import pytest

from dockerless_testing.athena_world import AthenaWorld, athena_world
from dockerless_testing.emulator import Emulator


@pytest.fixture(scope="package")
def athena(emulator: Emulator) -> Iterator[AthenaWorld]:
    with athena_world(emulator) as made:
        yield made
