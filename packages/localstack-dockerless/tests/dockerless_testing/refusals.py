"""Words the refusal of a call."""

from typing import Any

import pytest
from botocore.exceptions import ClientError


def refusal(call: Any, *arguments: Any, **settings: Any) -> str:
    """Makes the call, which must be refused. Returns "<HTTP status> <code>: <message>"."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **settings)
    answer = caught.value.response
    return f"{answer['ResponseMetadata']['HTTPStatusCode']} {answer['Error']['Code']}: {answer['Error']['Message']}"


def refusal_400(call: Any, *arguments: Any, **settings: Any) -> str:
    """Makes the call, which must be refused with the status 400. Returns "<code>: <message>"."""
    status, _, said = refusal(call, *arguments, **settings).partition(" ")
    assert status == "400"
    return said
