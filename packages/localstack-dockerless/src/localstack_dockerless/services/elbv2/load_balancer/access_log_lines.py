"""Writes one line of a load balancer's access log. Its functions are pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-syntax
"""

from datetime import UTC, datetime
from typing import Any

_FAILURES = {"TargetTimeoutError": 504, "TargetFailedError": 502}
"""The status that the load balancer answers for a failure. Each other failure is a 503."""
_FLOW = 4  # the bytes of `: ` and the end of line of a header


def line(passage: Any, failure: Exception | None) -> str:
    """Returns the line of a request (`passages.Passage`), which ended with its answer or with `failure`.

    A client behind a VPC link has no port here, so the line has 0. TLS ends before, so there is no cipher.
    """
    request, answer, target = passage.request, passage.answer, passage.target
    _, _, _, _, _, resource = passage.listener_arn.split(":", 5)
    place = f"{target.host}:{target.port}" if target else "-"
    answered = passage.target_seconds is not None
    target_status = str(answer.status) if answer is not None and answered else "-"
    seconds = ("0.000", f"{passage.target_seconds:.3f}", "0.000") if answered else ("-1", "-1", "-1")
    status = answer.status if answer is not None else _FAILURES.get(type(failure).__name__, 503)
    fields = [
        passage.protocol,
        _time(datetime.now(UTC)),
        resource.removeprefix("listener/").rpartition("/")[0],
        f"{request.source_ip}:0",
        place,
        *seconds,
        str(status),
        target_status,
        str(_size(request.headers, request.body)),
        str(_size(answer.headers, answer.body) if answer is not None else 0),
        _quoted(f"{request.method} {_url(passage)} HTTP/1.1"),
        _quoted(_header(request, "user-agent")),
        "-",
        "-",
        passage.group_arn or "-",
        _quoted(passage.trace_id),
        _quoted("-"),
        _quoted("-"),
        str(passage.priority or 0),
        _time(passage.arrived),
        _quoted(passage.action or "-"),
        *(_quoted(text) for text in (_redirected(passage), "-", place, target_status, "-", "-")),
        "-",
    ]
    return " ".join(fields) + "\n"


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\x5c").replace('"', "\\x22")
    return f'"{escaped}"'


def _header(request: Any, name: str) -> str:
    return next((value for key, value in request.headers if key.lower() == name), "-")


def _url(passage: Any) -> str:
    request = passage.request
    query = f"?{request.query}" if request.query else ""
    host = _header(request, "host")
    return f"{passage.protocol}://{host if ':' in host else f'{host}:{passage.port}'}{request.path}{query}"


def _redirected(passage: Any) -> str:
    if passage.action != "redirect" or passage.answer is None:
        return "-"
    return next((value for name, value in passage.answer.headers if name == "Location"), "-")


def _size(headers: Any, body: bytes) -> int:
    return len(body) + sum(len(name) + len(value) + _FLOW for name, value in headers)
