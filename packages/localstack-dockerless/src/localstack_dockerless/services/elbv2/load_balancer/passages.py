"""Observes each request on its way through a load balancer, for its metrics and its access log."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer import access_log, metrics
from localstack_dockerless.services.elbv2.load_balancer.targets import Address


@dataclass
class Passage:
    """Holds what is known of a request so far. `request` and `answer` are those of `forward.forward`.

    `target_seconds` is None unless a target answered.
    """

    listener_arn: str
    request: Any
    arrived: datetime
    answer: Any = None
    priority: int | None = None
    action: str = ""
    group_arn: str = ""
    target: Address | None = None
    target_seconds: float | None = None
    trace_id: str = "-"
    protocol: str = "http"
    port: int = 80


_current: ContextVar[Passage] = ContextVar("passage")


@contextmanager
def observed(listener_arn: str, request: Any) -> Iterator[Passage]:
    """Yields the passage of a request, and publishes it when the block ends, also by an error."""
    passage = Passage(listener_arn, request, datetime.now(UTC))
    token = _current.set(passage)
    failure: Exception | None = None
    try:
        yield passage
    except Exception as error:
        failure = error
        raise
    finally:
        _current.reset(token)
        if passage.target_seconds is not None and passage.answer is not None:
            metrics.count_request(listener_arn, passage.answer.status, passage.target_seconds)
        access_log.note(passage, failure)


def at_listener(protocol: str, port: int) -> None:
    """Notes the listener's protocol and port."""
    passage = _current.get()
    passage.protocol, passage.port = protocol, port


def chosen(priority: int | None, action: str) -> None:
    """Notes the rule that matched. The default rule has no priority."""
    passage = _current.get()
    passage.priority, passage.action = priority, action


@contextmanager
def at_target(group_arn: str, target: Address, headers: Iterable[tuple[str, str]]) -> Iterator[None]:
    """Notes the target, and the time that it takes for the block."""
    passage, started = _current.get(), time.monotonic()
    passage.group_arn, passage.target = group_arn, target
    passage.trace_id = next((value for name, value in headers if name == "X-Amzn-Trace-Id"), "-")
    yield
    passage.target_seconds = time.monotonic() - started
