"""Serves internet-facing load balancers at LocalStack's own address: `/_aws/elb/<name>/`, or `<name>:<port>`.

A client needs this address where the load balancer's own address cannot be reached: from outside of a container, or
if LocalStack's user may not open a port below 1024. TLS ends before LocalStack here, so that a target of an HTTPS
listener still sees `X-Forwarded-Proto: https`.
"""

import re
from typing import Any

from localstack.aws.handlers import preprocess_request
from rolo import Response

from localstack_dockerless.services.elbv2.entrances import answering
from localstack_dockerless.services.elbv2.entrances.opened import balancers
from localstack_dockerless.services.elbv2.load_balancer.forward import Request, page

BASE = "/_aws/elb/"
_TARGET = re.compile(
    re.escape(BASE) + r"(?P<name>[A-Za-z0-9-]+)(?::(?P<port>\d+))?(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)


def register() -> None:
    """Adds the handler before LocalStack's own handlers."""
    preprocess_request.append(_serve)


def listener_of(name: str, port: str | None) -> str | None:
    """Returns the ARN of the load balancer's listener. Without a port it is the one with the lowest port."""
    for balancer in balancers():
        if balancer.name == name:
            listeners = sorted(balancer.listeners.values(), key=lambda listener: int(listener.port))
            return next((str(each.arn) for each in listeners if port in (None, str(each.port))), None)
    return None


def _serve(chain: Any, context: Any, response: Response) -> None:
    request = context.request
    found = _TARGET.fullmatch(request.environ.get("RAW_URI", request.path))
    if found is None:
        return
    arn = listener_of(found["name"], found["port"])
    if arn is None:
        answer = page(404, "Not Found")
    else:
        body = request.get_data(parse_form_data=False)
        asked = Request(
            method=request.environ["REQUEST_METHOD"],
            path=found["path"] or "/",
            query=found["query"] or "",
            headers=tuple(request.headers.items()),
            body=body,
            source_ip=request.remote_addr or "127.0.0.1",
        )
        answer = answering.answer(arn, asked)
    response.status_code = answer.status
    response.response = [answer.body]
    response.headers.clear()
    for name, value in answer.headers:
        if name.lower() not in ("content-length", "connection"):
            response.headers.add(name, value)
    response.headers["Content-Length"] = str(len(answer.body))
    chain.stop()
