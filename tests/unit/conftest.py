"""Unit tests open no socket and begin without a request. Property tests have no deadline, for a busy machine."""

import pytest
from hypothesis import settings
from pytest_socket import disable_socket

from domain.log_lines import request_id, run

settings.register_profile("untimed", deadline=None, database=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_sockets():
    disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _no_request_of_another_test():
    """An invocation leaves its request and its run in the context, as in Lambda, where the next one replaces them."""
    request_id.set(None)
    run.set(None)
