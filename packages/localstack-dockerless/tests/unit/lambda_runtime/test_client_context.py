"""The client context reaches the function as one line of JSON."""

import base64
import json

import pytest

from localstack_dockerless.services.lambda_.client_context import decode_client_context


def test_none_stays_none():
    assert decode_client_context(None) is None


def test_it_is_decoded_into_one_line():
    header = base64.b64encode(b'{\n "custom": {"a": "\xc4\x8d"}\n}').decode()
    decoded = decode_client_context(header) or ""
    assert "\n" not in decoded
    assert json.loads(decoded) == {"custom": {"a": "\N{LATIN SMALL LETTER C WITH CARON}"}}


def test_nonsense_is_an_error():
    with pytest.raises(ValueError, match="Expecting value"):
        decode_client_context(base64.b64encode(b"no json").decode())
