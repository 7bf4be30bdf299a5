"""Makes error answers as RFC 9457 problem details: `application/problem+json`."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from service.problems import ERRORS_SHOWN, ProblemError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:energy-consumption:problem:"


def respond(problem: ProblemError) -> Response:
    """Returns the answer to a request that ended with `problem`. It lists at most `ERRORS_SHOWN` errors."""
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.kind,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        document["errors"] = [error.to_json() for error in problem.errors[:ERRORS_SHOWN]]
    return problem_response(document, problem.headers)


def problem_response(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Returns a response with `document` in ASCII, because a refused name may have half a surrogate pair."""
    return Response(
        json.dumps(document).encode("ascii"),
        status_code=document["status"],
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def plain_problem(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Returns a problem that has only its status (RFC 9457, 4.2.1)."""
    return problem_response({"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}, headers)
