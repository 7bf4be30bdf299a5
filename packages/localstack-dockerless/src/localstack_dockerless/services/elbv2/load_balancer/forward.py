"""Answers a request at a listener by its rules: this is the whole path of a request through the load balancer.

Unlike AWS, a target group without a healthy target gets no traffic: docs/decisions/0008.
"""

import html
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer import (
    answer_headers,
    function_target,
    passages,
    stickiness,
    view,
)
from localstack_dockerless.services.elbv2.load_balancer.balancing import Balancer, choose_group
from localstack_dockerless.services.elbv2.load_balancer.connections import (
    Answer,
    ConnectionPool,
    Outgoing,
    TargetRefusedError,
)
from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import end_to_end, to_target
from localstack_dockerless.services.elbv2.load_balancer.health import registry
from localstack_dockerless.services.elbv2.load_balancer.rules import (
    RoutedRequest,
    choose,
    final_action,
    redirect_location,
)
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

_IDLE_TIMEOUT = "60"  # seconds, the attribute's default


class NoHealthyTargetError(Exception):
    """The request's target group has no healthy target that accepts connections."""


@dataclass(frozen=True)
class Request:
    """Holds a request at the listener. `path` and `query` are raw. `source_ip` is the address of the client."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str


_pool = ConnectionPool()
_balancer: Balancer[Address] = Balancer()


def forward(listener_arn: str, request: Request, deadline: float) -> Answer:
    """Returns the answer of the listener `listener_arn` to `request`, before `deadline` (monotonic seconds).

    Raises
    ------
    view.ListenerNotFoundError, NoHealthyTargetError, connections.TargetFailedError, connections.TargetTimeoutError
    """
    with passages.observed(listener_arn, request) as passage:
        passage.answer = _answer(listener_arn, request, deadline)
    return passage.answer


def _answer(listener_arn: str, request: Request, deadline: float) -> Answer:
    listener = view.listener(listener_arn)
    passages.at_listener(listener.protocol, listener.port)
    routed = RoutedRequest(request.method, request.path, request.query, request.headers, request.source_ip)
    rule = choose(listener.rules, routed)
    if rule is None:
        raise view.ListenerNotFoundError(listener_arn)  # its default rule was deleted with it
    action = final_action(rule)
    passages.chosen(rule.priority, action["Type"])
    if action["Type"] == "fixed-response":
        answer = _fixed(action["FixedResponseConfig"])
    elif action["Type"] == "redirect":
        answer = _redirect(action["RedirectConfig"], routed, listener)
    else:
        answer = _to_group(action, request, listener, deadline)
    return answer_headers.changed(answer, listener.own)


def _to_group(action: dict[str, Any], request: Request, listener: view.Listener, deadline: float) -> Answer:
    cookies = stickiness.cookies(request.headers)
    arn = stickiness.group_of(action, cookies) or choose_group(action)
    group = view.target_group(arn) if arn else None
    if arn is None or group is None:
        raise NoHealthyTargetError("the rule forwards to no target group")
    outgoing = _outgoing(request, listener)
    if group.kind == "lambda":
        answer = function_target.answer(arn, group, outgoing)
    else:
        answer = _to_target(arn, group, outgoing, cookies, min(deadline, time.monotonic() + _idle(listener)))
    return stickiness.with_group(answer, action, arn)


def _to_target(
    arn: str, group: view.TargetGroup, outgoing: Outgoing, cookies: dict[str, str], deadline: float
) -> Answer:
    healthy = registry.healthy(arn)
    kept = stickiness.target_of(arn, group.sticky_seconds, healthy, cookies)
    for address in ([kept] if kept else []) + _balancer.order(arn, healthy, group.algorithm):
        try:
            with _balancer.serving(address), passages.at_target(arn, address, outgoing.headers):
                answer = _pool.send(address, outgoing, deadline)
        except TargetRefusedError:
            continue  # nothing was sent, so the next target cannot repeat an action
        passed = Answer(answer.status, answer.reason, end_to_end(answer.headers), answer.body)
        return stickiness.with_target(passed, arn, group.sticky_seconds, address)
    raise NoHealthyTargetError(f"no healthy target in {arn}")


def _idle(listener: view.Listener) -> float:
    return float(listener.attributes.get("idle_timeout.timeout_seconds", _IDLE_TIMEOUT))


def _outgoing(request: Request, listener: view.Listener) -> Outgoing:
    headers = to_target(
        end_to_end(request.headers), request.source_ip, listener.protocol, listener.port, listener.attributes
    )
    if request.body and not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(len(request.body))))  # the client sent it in chunks
    url = f"{request.path}?{request.query}" if request.query else request.path
    return Outgoing(request.method, url, headers, request.body)


def _fixed(config: dict[str, Any]) -> Answer:
    status, body = int(config["StatusCode"]), (config.get("MessageBody") or "").encode()
    headers = [("Server", answer_headers.SERVER), ("Content-Length", str(len(body)))]
    if body:
        headers.append(("Content-Type", config.get("ContentType") or "text/plain"))
    return Answer(status, phrase(status), headers, body)


def _redirect(config: dict[str, Any], request: RoutedRequest, listener: view.Listener) -> Answer:
    status = int(config["StatusCode"].removeprefix("HTTP_"))
    location = redirect_location(config, request, listener.protocol, listener.port)
    answer = page(status, phrase(status))
    return Answer(status, answer.reason, [("Location", location), *answer.headers], answer.body)


def page(status: int, reason: str) -> Answer:
    """Returns an answer of the load balancer's own: a page with the status."""
    title = html.escape(f"{status} {reason}")
    body = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>".encode()
    headers = [
        ("Server", answer_headers.SERVER),
        ("Content-Type", "text/html"),
        ("Content-Length", str(len(body))),
    ]
    return Answer(status, reason, headers, body)


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
