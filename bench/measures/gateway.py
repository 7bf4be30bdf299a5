"""Compares a request through gateway, authorizer and load balancer with the same request to the service itself."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bench import ministack
from bench.figures import Figure
from bench.measure import Measure, Row, Target, at_most
from bench.world import World
from domain.identity_headers import Identity
from local.observe.running import RunningStack
from seed import demo_key

REQUESTS = 150
Percentiles = tuple[float, float]


def run(world: World) -> Iterator[Row]:
    stack = world.stack()
    task = f"http://127.0.0.1:{stack.settings.service_ports[0]}"
    send = {
        "direct": reading_sender(task),
        "uncached": reading_sender(stack.api_url),
        "cached": reading_sender(stack.api_url),
    }
    with _authorizer(stack) as set_ttl, ExitStack() as peers:
        if ministack.is_installed():
            number, key = demo_key()
            edge, host = peers.enter_context(ministack.http_api(task, number, key))
            send["peer"] = reading_sender(edge, host)
        taken: dict[str, list[Percentiles]] = {way: [] for way in send}
        for turn in range(world.pick(9, quick=3)):
            for way in send if turn % 2 == 0 else reversed(send):
                set_ttl(0 if way == "uncached" else None)
                taken[way].append(_percentiles(send[way]))
    figures = {way: [Figure(runs, "ms") for runs in zip(*found, strict=True)] for way, found in taken.items()}
    yield from _rows("uncached", figures, at_most(6))
    yield from _rows("cached", figures, at_most(4))
    if "peer" in figures:
        yield Row.difference(
            "p50 through MiniStack, authorizer uncached",
            figures["peer"][0],
            against="to the service directly",
            reference=figures["direct"][0],
        )


def _rows(way: str, figures: dict[str, list[Figure]], target: Target) -> Iterator[Row]:
    for name, value, reference, limit in zip(
        ("p50", "p95"), figures[way], figures["direct"], (target, None), strict=True
    ):
        what = f"{name} through the gateway, authorizer {way}"
        yield Row.difference(what, value, against="to the service directly", reference=reference, target=limit)


def _percentiles(send: Callable[[], None]) -> Percentiles:
    """Returns the median and the 95th percentile of `REQUESTS` requests, in ms, after a few warm-up requests."""
    for _ in range(10):
        send()
    taken = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        send()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def reading_sender(base: str, host: str | None = None) -> Callable[[], None]:
    """Sends the same reading of a demo customer each time, over one kept connection.

    `host` is the Host header; by default that of `base`.
    """
    url, (number, key) = urlsplit(base), demo_key()
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=30)
    start = (datetime.now(UTC) - timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    body = json.dumps({"readings": [{"interval_start": start.isoformat(), "consumption_kwh": 0.25}]})
    # The gateway overwrites the headers of the identity. The service itself needs them.
    headers = {"content-type": "application/json", "x-api-key": key, **Identity(number).as_headers()}
    if host:
        headers["host"] = host

    def send() -> None:
        connection.request("POST", f"{url.path}/v1/metering-points/{number}/readings", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{base} answered {answer.status}: {said!r}")

    return send


@contextmanager
def _authorizer(stack: RunningStack) -> Iterator[Callable[[int | None], None]]:
    """Sets for how many seconds the authorizer's answers are cached. None restores Terraform's value."""
    client: Any = stack.client("apigatewayv2")
    api_id = next(api["ApiId"] for api in client.get_apis()["Items"] if stack.api_url.startswith(api["ApiEndpoint"]))
    [authorizer] = client.get_authorizers(ApiId=api_id)["Items"]
    applied = authorizer["AuthorizerResultTtlInSeconds"]

    def set_ttl(seconds: int | None) -> None:
        ttl = applied if seconds is None else seconds
        client.update_authorizer(
            ApiId=api_id, AuthorizerId=authorizer["AuthorizerId"], AuthorizerResultTtlInSeconds=ttl
        )

    try:
        yield set_ttl
    finally:
        set_ttl(None)


MEASURE = Measure(
    name="gateway",
    title="Gateway",
    how=f"The same request with one reading, one after the other over a kept connection: to a task of the service and "
    "through the HTTP API, its authorizer (a Lambda function that reads DynamoDB), the VPC link and the load balancer. "
    f"A figure is a percentile of {REQUESTS} requests; uncached, the authorizer's answers are kept for 0 s. "
    "MiniStack, where it is installed (bench/ministack.py), has no VPC link, no load balancer and no IAM on this way.",
    run=run,
)
