"""This module has the reasons for which a request is refused. `service.http.problems` makes the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERRORS_SHOWN = 100


@dataclass(frozen=True)
class ItemError:
    """One offending item: its `index` in `readings` (None outside of it), the field's name and the reason."""

    field: str
    reason: str
    index: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"index": self.index, "field": self.field, "reason": self.reason}


class ProblemError(Exception):
    """Ends a request with a problem document. `kind` is the last part of its type URI."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[ItemError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def forbidden() -> ProblemError:
    return ProblemError(403, "forbidden", "Forbidden", "This metering point's readings are not open to the caller.")


def bad_request(kind: str, detail: str) -> ProblemError:
    return ProblemError(400, kind, "The body is not JSON", detail)


def unsupported_media_type(detail: str) -> ProblemError:
    return ProblemError(
        415, "unsupported-media-type", "Unsupported media type", detail, headers={"Accept-Post": "application/json"}
    )


def body_too_large(limit: int) -> ProblemError:
    return ProblemError(413, "body-too-large", "Body too large", f"The body may hold at most {limit} bytes.")


def body_timeout(seconds: float) -> ProblemError:
    """The connection closes, because the rest of the body could still arrive on it (RFC 9110, 15.5.9)."""
    return ProblemError(
        408,
        "body-timeout",
        "Request timeout",
        f"The body did not arrive in time, which is {seconds:g} seconds at most.",
        headers={"Connection": "close"},
    )


def invalid_readings(errors: Sequence[ItemError]) -> ProblemError:
    return ProblemError(
        422, "invalid-readings", "Invalid readings", _count(errors) + "; nothing was stored.", errors=errors
    )


def invalid_query(errors: Sequence[ItemError]) -> ProblemError:
    return ProblemError(422, "invalid-query", "Invalid query", _count(errors) + ".", errors=errors)


def invalid_path(error: ItemError) -> ProblemError:
    return ProblemError(422, "invalid-path", "Invalid path", f"{error.field}: {error.reason}.", errors=[error])


def unavailable(detail: str, retry_after: int = 2) -> ProblemError:
    """Is temporary: the database is down, or the service has more work than it can take."""
    return ProblemError(503, "unavailable", "Service unavailable", detail, headers={"Retry-After": str(retry_after)})


def _count(errors: Sequence[ItemError]) -> str:
    number = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    if len(errors) > ERRORS_SHOWN:
        return f"{number}, the first {ERRORS_SHOWN} of which are listed"
    return number
