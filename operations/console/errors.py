"""Answers errors with pages that say what to do. A traceback goes to the log alone."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from domain.alarms import IllegalMoveError
from domain.publications import InvalidPublicationError
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.stored_parts import PartChangedError
from operations.alarms import AlarmsError
from operations.console.security import HEADERS
from operations.console.view import View

_LOG = logging.getLogger("console")
_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9*]+)(?: on resource: (\S+))?")
_DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
           "UnauthorizedOperation", "AccessDeniedFault", "403"}  # fmt: skip
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
            "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestExpired"}  # fmt: skip
_GONE = {"NoSuchBucket", "NoSuchKey", "NoSuchVersion", "ResourceNotFoundException", "StateMachineDoesNotExist",
         "ExecutionDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "404"}  # fmt: skip
_ACTIONS = {
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "GetObject": "s3:GetObject",
    "ListExecutions": "states:ListExecutions",
    "DescribeExecution": "states:DescribeExecution",
    "GetQueueAttributes": "sqs:GetQueueAttributes",
}
"""The IAM actions of operations whose denials do not name them. A HEAD has no body."""


class NotFoundError(Exception):
    """There is no such thing. `text` names a text of the page `error`, and `values` are its values."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text, values)
        self.text, self.values = text, values


class RefusedError(Exception):
    """A request cannot be done as it is. `text` names a text of the page `error`, and `values` are its values."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text, values)
        self.text, self.values = text, values


@dataclass(frozen=True)
class Fault:
    """What is wrong, as a page says it: a text of `error.toml` with its values, and the status."""

    text: str
    status: int
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer[Value]:
    """A value, or the fault that prevented it. A page with several parts shows the others nevertheless."""

    value: Value | None
    fault: Fault | None = None


def attempt[Value](work: Callable[[], Value]) -> Answer[Value]:
    """Does the work. Returns its value, or the fault if it is a foreseeable one."""
    try:
        return Answer(work())
    except FORESEEN as error:
        return Answer(None, fault_of(error))


def fault_of(error: Exception) -> Fault:
    """Returns what a page says of an error."""
    return next((explain(error) for kinds, explain in _EXPLANATIONS if isinstance(error, kinds)), Fault("failed", 500))


def _of_request(error: RequestValidationError) -> Fault:
    first = error.errors()[0]
    return Fault("wrong_value", 422, {"name": str(first["loc"][-1]), "why": str(first["msg"])})


def _of_http(error: HTTPException) -> Fault:
    known = {403: "wrong_form", 404: "no_page", 405: "no_page"}
    return Fault(known.get(error.status_code, "failed"), error.status_code)


FORESEEN = (
    *(ClientError, BotoCoreError, NotFoundError, RefusedError, ObjectMissingError, PartChangedError),
    *(InvalidPublicationError, AlarmsError, IllegalMoveError),
)
"""The errors that a page explains."""


def install(app: FastAPI) -> None:
    """Answers each error with its page."""
    for kind in (*FORESEEN, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _answer)


def error_page(request: Request, fault: Fault) -> Response:
    """Returns the page of a fault, or a fragment where htmx asks for a part of a page."""
    view = View(request)
    template = "_error.html" if view.is_fragment else "error.html"
    return view.page(template, status=fault.status, texts="error", fault=fault)


def _answer(request: Request, error: Exception) -> Response:
    fault = fault_of(error)
    if fault.text == "failed":
        _LOG.error("%s %s", request.method, request.url.path, exc_info=error)
    response = error_page(request, fault)
    response.headers.update(HEADERS)  # the page of an unforeseen error does not pass the guard's middleware
    return response


def _of_aws(error: ClientError) -> Fault:
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    operation = error.operation_name
    if code in _DENIED:
        named = _ACTION.search(message)
        action = named[1] if named else _ACTIONS.get(operation, operation)
        return Fault("denied", 403, {"action": action, "resource": (named and named[2]) or ""})
    if code in _EXPIRED:
        return Fault("expired", 403, {"code": code})
    if code in _GONE:
        return Fault("gone", 404, {"operation": operation, "error": message or code})
    return Fault("aws_failed", 502, {"error": f"{operation}: {code} {message}".strip()})


_EXPLANATIONS: tuple[tuple[Any, Callable[[Any], Fault]], ...] = (
    (ClientError, _of_aws),
    (NoCredentialsError, lambda _: Fault("no_credentials", 403)),
    (
        EndpointConnectionError,
        lambda error: Fault("no_connection", 502, {"endpoint": str(error.kwargs.get("endpoint_url", ""))}),
    ),
    (BotoCoreError, lambda error: Fault("aws_failed", 502, {"error": str(error)})),
    (NotFoundError, lambda error: Fault(error.text, 404, error.values)),
    (RefusedError, lambda error: Fault(error.text, 422, error.values)),
    (ObjectMissingError, lambda error: Fault("object_missing", 404, {"object": str(error)})),
    ((PartChangedError, InvalidPublicationError), lambda error: Fault("object_wrong", 502, {"error": str(error)})),
    ((AlarmsError, IllegalMoveError), lambda error: Fault("alarm_refused", 409, {"error": str(error)})),
    (RequestValidationError, _of_request),
    (HTTPException, _of_http),
)
"""What a page says of each kind of error. The first kind that fits decides."""
