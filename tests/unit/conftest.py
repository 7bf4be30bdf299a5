"""Unit tests open no socket, and property tests have no deadline, so that a busy machine fails none of them."""

import pytest
from hypothesis import settings
from pytest_socket import disable_socket

settings.register_profile("untimed", deadline=None, database=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_sockets():
    disable_socket(allow_unix_socket=True)
