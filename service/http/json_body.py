"""Reads a request's body within its limits, and parses it as strict JSON with exact numbers."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from starlette.requests import Request

from service import problems
from service.intake import Intake
from service.problems import ItemError

LONGEST_INTEGER = 18


class _RefusedError(ValueError):
    """The grammar of JSON, or its usual readers, allow this text. The service refuses it."""


def require_json(request: Request) -> None:
    """Raises a 415 problem unless the body is declared as plain UTF-8 JSON."""
    values = request.headers.getlist("content-type")
    media_type, _, parameters = values[0].partition(";") if len(values) == 1 else ("", "", "")
    if media_type.strip().lower() != "application/json":
        raise problems.unsupported_media_type("Send the readings with one Content-Type: application/json.")
    if parameters.replace(" ", "").replace('"', "").lower() not in {"", "charset=utf-8"}:
        raise problems.unsupported_media_type("JSON is sent as UTF-8; leave the other parameters out.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise problems.unsupported_media_type("A compressed body is not supported.")


async def read(request: Request, limit: int, intake: Intake) -> bytes:
    """Returns the body, with at most `limit` bytes. The request may declare its length or not.

    Raises a 413 problem as soon as the body is larger, and 408 when it does not arrive in time.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
        raise problems.body_too_large(limit)
    body = bytearray()
    async with intake.arrival() as arrival:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise problems.body_too_large(limit)
            arrival.note(len(chunk))
    return bytes(body)


def parse(body: bytes) -> Any:
    """Returns the JSON value of `body`. Numbers are `int` (up to 18 digits) or exact `Decimal`.

    Raises a 400 problem for text that is not JSON, and 422 for NaN, Infinity, a name that is there twice, and nesting
    that is too deep.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise problems.bad_request("not-utf-8", f"Byte {error.start} is not UTF-8.") from None
    if not text.strip():
        raise problems.bad_request("empty-body", 'The body is empty; send {"readings": [...]}.')
    try:
        return json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise problems.bad_request("malformed-json", f"{error.msg} ({where}).") from None
    except _RefusedError as error:
        raise problems.invalid_readings([ItemError("body", str(error))]) from None
    except RecursionError:
        raise problems.invalid_readings([ItemError("body", "is nested too deeply")]) from None


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:
        raise _RefusedError("holds a number whose exponent is out of range") from None


def _integer(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= LONGEST_INTEGER else _decimal(literal)


def _refuse_constant(literal: str) -> NoReturn:
    raise _RefusedError(f"holds {literal}, which is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise _RefusedError(f"an object holds the name {name[:64]!r} twice")
        result[name] = value
    return result
