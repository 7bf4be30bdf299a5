"""JWT authorizers let tokens of the issuer pass, whose keys a server on this machine has.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.backends import Backend, as_json
from dockerless_testing.http_apis import HttpApi, of_server
from dockerless_testing.tokens import Issuer, signed


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Backend() as backend:
        yield Issuer(backend)


@pytest.fixture(scope="module")
def tokens(issuer: Issuer) -> dict[str, str]:
    """Returns tokens of the issuer by the names of their faults."""
    good = {"iss": issuer.url, "aud": "app", "exp": int(time.time()) + 3600, "sub": "me", "scope": "read"}
    wanted = {
        "good": good,
        "admin": {**good, "scope": "read admin"},
        "expired": {**good, "exp": int(time.time()) - 10},
        "audience": {**good, "aud": "else"},
        "issuer": {**good, "iss": "https://else.example"},
        "elliptic": {**good, "header": {"alg": "ES256"}},
        "unknown kid": {**good, "header": {"kid": "other"}},
    }
    issuer.keys, made = signed(list(wanted.values()))
    _, (foreign,) = signed([good])
    return dict(zip(wanted, made, strict=True)) | {"foreign": foreign, "nonsense": "a.b.c"}


@pytest.fixture(scope="module")
def api(emulator: Any, backend: Backend, issuer: Issuer) -> Iterator[HttpApi]:
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        authorizer = api.aws.create_authorizer(
            ApiId=api.id,
            Name="jwt",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer.url, "Audience": ["app"]},
        )["AuthorizerId"]
        guard = {"AuthorizationType": "JWT", "AuthorizerId": authorizer}
        claim = {"append:header.x-sub": "$context.authorizer.claims.sub"}
        server = of_server(f"http://127.0.0.1:{backend.port}/", RequestParameters=claim)
        api.route("GET /open", server, **guard)
        api.route("GET /scoped", server, **guard, AuthorizationScopes=["admin", "root"])
        yield api


def ask(api: HttpApi, token: str | None, path: str = "/open") -> tuple[int, str]:
    """Returns the status and the header www-authenticate."""
    got = api.call(path, headers=[("Authorization", f"Bearer {token}")] if token else [])
    return got.status, ",".join(got.values("www-authenticate"))


def test_a_token_of_the_issuer_passes_with_its_claims(api: HttpApi, tokens: dict[str, str], backend: Backend) -> None:
    backend.reply = as_json
    assert ask(api, tokens["good"]) == (200, "")
    assert backend.received[-1].values("x-sub") == ["me"]


@pytest.mark.parametrize(
    ("fault", "described"),
    [
        ("expired", "the token has expired"),
        ("audience", "the token does not have a valid audience"),
        ("issuer", "the token does not have a valid issuer"),
        ("elliptic", "signing method ES256 is invalid"),
        ("unknown kid", "kid"),
        ("foreign", "cannot be verified"),
        ("nonsense", "cannot be verified"),
    ],
)
def test_a_wrong_token_is_401(api: HttpApi, tokens: dict[str, str], fault: str, described: str) -> None:
    status, header = ask(api, tokens[fault])
    assert status == 401
    assert header.startswith('Bearer scope="" error="invalid_token" error_description="')
    assert described in header


def test_no_token_is_401(api: HttpApi) -> None:
    assert ask(api, None) == (401, "Bearer")


def test_a_scope_is_needed_where_the_route_has_scopes(api: HttpApi, tokens: dict[str, str]) -> None:
    assert ask(api, tokens["admin"], "/scoped") == (200, "")
    status, header = ask(api, tokens["good"], "/scoped")
    assert status == 403
    assert header.startswith('Bearer scope="admin root" error="insufficient_scope"')


def test_the_keys_are_kept(api: HttpApi, tokens: dict[str, str], issuer: Issuer) -> None:
    ask(api, tokens["good"])
    before = issuer.reads
    assert ask(api, tokens["admin"])[0] == 200
    assert issuer.reads == before


def test_an_authorizer_comes_back(api: HttpApi, issuer: Issuer) -> None:
    (found,) = api.aws.get_authorizers(ApiId=api.id)["Items"]
    assert found["JwtConfiguration"] == {"Issuer": issuer.url, "Audience": ["app"]}
    assert (found["AuthorizerType"], "AuthorizerResultTtlInSeconds" in found) == ("JWT", False)
    assert api.aws.get_authorizer(ApiId=api.id, AuthorizerId=found["AuthorizerId"]).items() >= found.items()


def test_an_issuer_without_keys_is_refused_by_name(api: HttpApi) -> None:
    settings = {"Issuer": "https://cognito-idp.eu-central-1.amazonaws.com/pool", "Audience": ["app"]}
    with pytest.raises(ClientError, match=r"cognito-idp.*EMULATOR_JWT_ISSUERS"):
        api.aws.create_authorizer(
            ApiId=api.id,
            Name="x",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration=settings,
        )


def test_the_scopes_of_a_route_can_be_removed(api: HttpApi, tokens: dict[str, str]) -> None:
    (route,) = [item for item in api.aws.get_routes(ApiId=api.id)["Items"] if item["RouteKey"] == "GET /scoped"]
    api.aws.update_route(ApiId=api.id, RouteId=route["RouteId"], AuthorizationScopes=[])
    assert ask(api, tokens["good"], "/scoped")[0] == 200
    api.aws.update_route(ApiId=api.id, RouteId=route["RouteId"], AuthorizationScopes=["admin", "root"])
