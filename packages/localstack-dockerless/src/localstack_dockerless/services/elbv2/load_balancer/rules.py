"""Finds the rule of a listener that a request matches, and the rule's action.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
(rule condition types and rule action types). Conditions and actions have the shapes of the API.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl

Shape = dict[str, Any]


@dataclass(frozen=True)
class RoutedRequest:
    """Holds the parts of a request that conditions read. `path` and `query` are raw. Header names keep their case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    source_ip: str

    @property
    def host(self) -> str:
        """Returns the host header without its port, in lower case."""
        return re.sub(r":\d+$", "", next(iter(self.values("host")), "")).lower()

    def values(self, name: str) -> list[str]:
        """Returns every value of the header `name`, in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True)
class Rule:
    """Holds a listener rule. `priority` None is the default rule."""

    priority: int | None
    conditions: tuple[Shape, ...]
    actions: tuple[Shape, ...]


def choose(rules: Iterable[Rule], request: RoutedRequest) -> Rule | None:
    """Returns the rule with the lowest priority whose every condition holds. The default rule comes last."""
    ordered = sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0))
    return next((rule for rule in ordered if _meets(rule.conditions, request)), None)


def final_action(rule: Rule) -> Shape:
    """Returns the action that answers: forward, redirect or fixed-response, the last in order."""
    return max(rule.actions, key=lambda action: int(action.get("Order") or 1))


def _meets(conditions: Iterable[Shape], request: RoutedRequest) -> bool:
    return all(_CONDITIONS[condition["Field"]](condition, request) for condition in conditions)


def _values(condition: Shape, config: str) -> list[Any]:
    return list(condition.get(config, {}).get("Values") or condition.get("Values") or [])


def _path(condition: Shape, request: RoutedRequest) -> bool:
    return any(_like(value, request.path) for value in _values(condition, "PathPatternConfig"))


def _host(condition: Shape, request: RoutedRequest) -> bool:
    return any(_like(value.lower(), request.host) for value in _values(condition, "HostHeaderConfig"))


def _method(condition: Shape, request: RoutedRequest) -> bool:
    return request.method in _values(condition, "HttpRequestMethodConfig")


def _header(condition: Shape, request: RoutedRequest) -> bool:
    found = request.values(condition["HttpHeaderConfig"]["HttpHeaderName"])
    wanted = _values(condition, "HttpHeaderConfig")
    return any(_like(value.lower(), header.lower()) for value in wanted for header in found)


def _query(condition: Shape, request: RoutedRequest) -> bool:
    found = parse_qsl(request.query.lower(), keep_blank_values=True)
    return any(
        _like(wanted["Value"].lower(), value) and _like((wanted.get("Key") or "*").lower(), key)
        for wanted in _values(condition, "QueryStringConfig")
        for key, value in found
    )


def _source(condition: Shape, request: RoutedRequest) -> bool:
    address = ip_address(request.source_ip)
    return any(address in ip_network(block, strict=False) for block in _values(condition, "SourceIpConfig"))


_CONDITIONS: dict[str, Callable[[Shape, RoutedRequest], bool]] = {
    "path-pattern": _path,
    "host-header": _host,
    "http-request-method": _method,
    "http-header": _header,
    "query-string": _query,
    "source-ip": _source,
}


@lru_cache(maxsize=1024)
def _pattern(value: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in value), re.DOTALL)


def _like(value: str, text: str) -> bool:
    return _pattern(value).fullmatch(text) is not None


def redirect_location(config: Shape, request: RoutedRequest, protocol: str, port: int) -> str:
    """Returns the Location of a redirect action, with the values of its keywords `#{...}`."""
    original = {
        "protocol": protocol.lower(),
        "host": request.host,
        "port": str(port),
        "path": request.path.removeprefix("/"),
        "query": request.query,
    }

    def component(key: str, default: str) -> str:
        text = config.get(key) or default
        return re.sub(r"#\{(\w+)\}", lambda found: original.get(found[1], found[0]), text)

    scheme, host = component("Protocol", "#{protocol}").lower(), component("Host", "#{host}")
    netloc = f"{host}:{component('Port', '#{port}')}"
    query = component("Query", "#{query}")
    return f"{scheme}://{netloc}{component('Path', '/#{path}')}" + (f"?{query}" if query else "")
