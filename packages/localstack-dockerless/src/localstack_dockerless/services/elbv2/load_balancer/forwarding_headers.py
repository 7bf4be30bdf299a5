"""Makes the headers that a target gets: an Application Load Balancer adds, changes and drops some.

Sources:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
"""

import re
import secrets
import time
from collections.abc import Iterable

Headers = list[tuple[str, str]]

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""The headers of one connection, which are never passed on (RFC 9110 section 7.6.1, RFC 2616 section 13.5.1)."""

_VALID_NAME = re.compile(r"[-A-Za-z0-9]+")  # the attribute drop_invalid_header_fields names these characters


def end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """Returns `headers` without the hop-by-hop ones: the fixed list, and the names in Connection."""
    pairs = list(headers)
    named = {
        token.strip().lower() for name, value in pairs if name.lower() == "connection" for token in value.split(",")
    }
    return [(name, value) for name, value in pairs if name.lower() not in HOP_BY_HOP | named]


def to_target(
    headers: Iterable[tuple[str, str]], client_ip: str, protocol: str, port: int, attributes: dict[str, str]
) -> Headers:
    """Returns the headers of the request as the target gets them.

    Parameters
    ----------
    client_ip:
        The address of the load balancer's client.
    protocol, port:
        The listener's protocol, `http` or `https`, and its port.
    attributes:
        The load balancer's attributes, by the names of the API.
    """
    pairs = list(headers)
    if attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true":
        pairs = [(name, value) for name, value in pairs if _VALID_NAME.fullmatch(name)]
    pairs = _forwarded_for(pairs, client_ip, attributes)
    pairs = _without(pairs, "x-forwarded-proto", "x-forwarded-port")
    pairs += [("X-Forwarded-Proto", protocol), ("X-Forwarded-Port", str(port))]
    return _traced(pairs)


def _forwarded_for(headers: Headers, client_ip: str, attributes: dict[str, str]) -> Headers:
    mode = attributes.get("routing.http.xff_header_processing.mode", "append")
    if mode == "preserve":
        return headers
    kept = _without(headers, "x-forwarded-for")
    if mode == "remove":
        return kept
    earlier = [value for name, value in headers if name.lower() == "x-forwarded-for"]
    return [*kept, ("X-Forwarded-For", ", ".join([*earlier, client_ip]))]


def _traced(headers: Headers) -> Headers:
    stamp = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    earlier = [value for name, value in headers if name.lower() == "x-amzn-trace-id"]
    value = f"Self={stamp};{earlier[0]}" if earlier else f"Root={stamp}"
    return [*_without(headers, "x-amzn-trace-id"), ("X-Amzn-Trace-Id", value)]


def _without(headers: Headers, *names: str) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in names]
