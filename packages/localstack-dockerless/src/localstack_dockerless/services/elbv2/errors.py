"""Turns refusals into the API's errors."""

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException

from localstack_dockerless.services.elbv2.rules import RefusedError


def error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, status_code=400, sender_fault=True)


def checked(check: Callable[..., None], *arguments: Any) -> None:
    """Calls `check`. Its `RefusedError` becomes a ValidationError."""
    try:
        check(*arguments)
    except RefusedError as refused:
        raise error("ValidationError", str(refused)) from refused
