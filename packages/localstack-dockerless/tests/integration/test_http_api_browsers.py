"""HTTP APIs with a CORS configuration answer browsers, and HTTP_PROXY integrations call servers on this machine."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.backends import Backend, Reply
from dockerless_testing.http_apis import HttpApi, of_server
from dockerless_testing.network import free_port

CORS = {
    "AllowOrigins": ["https://shop.example"],
    "AllowMethods": ["GET", "PUT"],
    "AllowHeaders": ["authorization"],
    "ExposeHeaders": ["x-id"],
    "MaxAge": 60,
}
ORIGIN = ("Origin", "https://shop.example")
ASKED = ("Access-Control-Request-Method", "PUT")


@pytest.fixture
def api(emulator: Any, backend: Backend) -> Iterator[HttpApi]:
    with ExitStack() as stack:
        api = HttpApi(emulator, stack, CorsConfiguration=CORS)
        api.route("GET /pets/{id}", of_server(f"http://127.0.0.1:{backend.port}/animals/{{id}}"))
        api.route("ANY /all/{proxy+}", of_server(f"http://localhost:{backend.port}/base/{{proxy}}"))
        yield api


def test_the_configuration_comes_back(api: HttpApi) -> None:
    assert api.aws.get_api(ApiId=api.id)["CorsConfiguration"] == CORS
    changed = {"AllowOrigins": ["*"]}
    assert api.aws.update_api(ApiId=api.id, CorsConfiguration=changed)["CorsConfiguration"] == changed
    api.aws.delete_cors_configuration(ApiId=api.id)
    assert "CorsConfiguration" not in api.aws.get_api(ApiId=api.id)


def test_a_preflight_request_reaches_no_server(api: HttpApi, backend: Backend) -> None:
    before = len(backend.received)
    got = api.call("/pets/1", "OPTIONS", headers=[ORIGIN, ASKED])
    assert (got.status, got.body) == (204, b"")
    assert got.values("access-control-allow-origin") == ["https://shop.example"]
    assert got.values("access-control-allow-methods") == ["GET,PUT"]
    assert got.values("access-control-max-age") == ["60"]
    assert len(backend.received) == before


def test_the_servers_own_headers_are_replaced_until_there_is_no_configuration(api: HttpApi, backend: Backend) -> None:
    backend.reply = lambda _: Reply(headers=[("Access-Control-Allow-Origin", "*"), ("X-Id", "7")])
    got = api.call("/pets/1", headers=[ORIGIN])
    assert got.values("access-control-allow-origin") == ["https://shop.example"]
    assert (got.values("access-control-expose-headers"), got.values("x-id")) == (["x-id"], ["7"])
    assert api.call("/pets/1").values("access-control-allow-origin") == []
    api.aws.delete_cors_configuration(ApiId=api.id)
    assert api.call("/pets/1").values("access-control-allow-origin") == ["*"]


def test_a_server_gets_the_mapped_path_and_the_query(api: HttpApi, backend: Backend) -> None:
    backend.reply = lambda _: Reply(418, [("X-Own", "1")], b"short")
    got = api.call("/pets/a%20b?x=1")
    assert (got.status, got.body, got.values("x-own")) == (418, b"short", ["1"])
    assert backend.received[-1].path == "/animals/a%20b?x=1"
    assert backend.received[-1].values("host") == [f"127.0.0.1:{backend.port}"]
    api.call("/all/c/d", "POST", body=b"body")
    last = backend.received[-1]
    assert (last.method, last.path, last.body) == ("POST", "/base/c/d", b"body")


def test_the_method_of_the_integration_replaces_the_clients(api: HttpApi, backend: Backend) -> None:
    backend.reply = lambda _: Reply()
    uri = f"http://127.0.0.1:{backend.port}/fixed"
    mapped = {"append:header.x-from": "$request.path.id", "overwrite:path": "/over/$request.path.id"}
    api.route("POST /fixed/{id}", of_server(uri, IntegrationMethod="PUT", RequestParameters={**mapped}))
    api.call("/fixed/7", "POST", body=b"")
    assert backend.received[-1].method == "PUT"
    assert backend.received[-1].values("x-from") == ["7"]


def test_a_server_that_does_not_answer_is_503(api: HttpApi) -> None:
    api.route("GET /nobody", of_server(f"http://127.0.0.1:{free_port()}/"))
    assert api.ask("/nobody") == (503, {"message": "Service Unavailable"})


@pytest.mark.parametrize("url", ["https://example.com/x", "http://192.0.2.1/", "https://127.0.0.1/"])
def test_another_machine_is_never_called_and_named(api: HttpApi, url: str) -> None:
    api.route("GET /elsewhere", of_server(url))
    status, body = api.ask("/elsewhere")
    assert status == 501
    assert url.rpartition("/")[0] in body["message"]
