"""Refuses Kinesis by name if its server is not installed.

LocalStack 4.14.0 runs Kinesis as a program of its own, which it downloads from npm at the first call. A stack calls no
address outside of this machine, so the call would wait for the download until its client gives up.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers

MESSAGE = (
    "{operation} is not supported by this emulator, because the server of LocalStack's Kinesis is not installed: "
    "LocalStack would download it from npm at this call."
)


def register() -> None:
    """Adds the check to the request chain, after IAM's: a denied call stays a denied call."""
    serve_custom_service_request_handlers.append(check_request)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Is a handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or context.service.service_name != "kinesis" or context.operation is None:
        return
    if not is_installed():
        message = MESSAGE.format(operation=context.operation.name)
        raise CommonServiceException("InternalFailure", message, status_code=501)


def is_installed() -> bool:
    """Tells whether LocalStack finds the server in its folder of installed programs."""
    from localstack.services.kinesis.packages import kinesismock_package  # noqa: PLC0415 -- not before its first call

    return bool(kinesismock_package.get_installer().is_installed())
