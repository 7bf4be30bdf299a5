"""Listener rules follow AWS's guide to listeners of Application Load Balancers."""

from typing import Any

import pytest

from localstack_dockerless.services.elbv2.load_balancer.rules import (
    RoutedRequest,
    Rule,
    choose,
    final_action,
    redirect_location,
)


def request(
    method: str = "GET",
    target: str = "/img/picture.jpg",
    host: str = "test.example.com",
    source_ip: str = "192.0.2.7",
    **headers: str,
) -> RoutedRequest:
    path, _, query = target.partition("?")
    sent = (("Host", host), *((name.replace("_", "-"), value) for name, value in headers.items()))
    return RoutedRequest(method, path, query, sent, source_ip)


def condition(field: str, config: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"Field": field, config: {"Values": list(values), **more}}


PATH = ("path-pattern", "PathPatternConfig")
HOST = ("host-header", "HostHeaderConfig")
METHOD = ("http-request-method", "HttpRequestMethodConfig")
HEADER = ("http-header", "HttpHeaderConfig")
QUERY = ("query-string", "QueryStringConfig")
SOURCE = ("source-ip", "SourceIpConfig")


@pytest.mark.parametrize(
    ("wanted", "asked", "met"),
    [
        (condition(*PATH, "/img/*"), request(), True),
        (condition(*PATH, "/IMG/*"), request(), False),
        (condition(*PATH, "/img/picture.???"), request(), True),
        (condition(*PATH, "/img"), request(), False),
        (condition(*PATH, "/js/*", "/img/*"), request(), True),
        (condition(*PATH, "/img/picture.jpg"), request(target="/img/picture.jpg?a=1"), True),
        ({"Field": "path-pattern", "Values": ["/img/*"]}, request(), True),
        (condition(*HOST, "*.example.com"), request(), True),
        (condition(*HOST, "*.EXAMPLE.com"), request(host="Test.Example.Com:8080"), True),
        (condition(*HOST, "*.example.com"), request(host="example.com"), False),
        (condition(*METHOD, "GET", "HEAD"), request("HEAD"), True),
        (condition(*METHOD, "get"), request(), False),
        (condition(*HEADER, "*Chrome*", HttpHeaderName="User-Agent"), request(user_agent="x chrome y"), True),
        (condition(*HEADER, "*Chrome*", HttpHeaderName="User-Agent"), request(user_agent="curl"), False),
        (condition(*HEADER, "*", HttpHeaderName="X-Absent"), request(), False),
        (condition(*QUERY, {"Key": "version", "Value": "v1"}), request(target="/?a=b&Version=V1"), True),
        (condition(*QUERY, {"Key": "version", "Value": "v1"}), request(target="/?version=v2"), False),
        (condition(*QUERY, {"Value": "example"}), request(target="/?any=example"), True),
        (condition(*QUERY, {"Value": "*ample"}), request(target="/?any=sample&x"), True),
        (condition(*SOURCE, "198.51.100.10/32", "192.0.2.0/24"), request(), True),
        (condition(*SOURCE, "198.51.100.10/32"), request(), False),
    ],
)
def test_conditions(wanted: dict[str, Any], asked: RoutedRequest, met: bool) -> None:
    rule = Rule(1, (wanted,), ())
    assert (choose([rule], asked) is rule) == met


def test_every_condition_of_a_rule_must_hold() -> None:
    rule = Rule(1, (condition(*PATH, "/img/*"), condition(*METHOD, "POST")), ())
    assert choose([rule], request()) is None
    assert choose([rule], request("POST")) is rule


def test_the_lowest_priority_comes_first_and_the_default_last() -> None:
    default, tenth, second = Rule(None, (), ()), Rule(10, (), ()), Rule(2, (condition(*METHOD, "POST"),), ())
    rules = [default, tenth, second]
    assert choose(rules, request("POST")) is second
    assert choose(rules, request()) is tenth
    assert choose([default, second], request()) is default


def test_the_action_that_answers_is_the_last_in_order() -> None:
    actions = ({"Type": "forward", "Order": 2}, {"Type": "fixed-response", "Order": 1})
    assert final_action(Rule(1, (), actions))["Type"] == "forward"


@pytest.mark.parametrize(
    ("config", "location"),
    [
        (
            {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"},
            "https://test.example.com:443/img/picture.jpg?a=1",
        ),
        ({"Path": "/new/#{path}"}, "http://test.example.com:80/new/img/picture.jpg?a=1"),
        (
            {"Host": "other.example.com", "Query": "#{query}&from=#{host}"},
            "http://other.example.com:80/img/picture.jpg?a=1&from=test.example.com",
        ),
    ],
)
def test_redirects(config: dict[str, str], location: str) -> None:
    assert redirect_location(config, request(target="/img/picture.jpg?a=1"), "http", 80) == location
