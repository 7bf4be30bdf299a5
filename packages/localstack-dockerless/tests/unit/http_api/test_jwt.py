"""The JWT step lets only tokens pass that the documented claims allow. The signature is a fake.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from typing import Any

import pytest

from dockerless_testing.exchanges import exchange, integration
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import JwtAuthorizer, Route
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import context_value
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.authorize_jwt import AuthorizeJwt
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvalidTokenError

NOW = 1_700_000_000
ISSUER = "https://issuer.example"
CLAIMS = {"iss": ISSUER, "aud": "app", "exp": NOW + 60, "sub": "me", "scope": "read write"}
GUARD = JwtAuthorizer("auth1", ISSUER, ("app", "other"), ("$request.header.Authorization",))
BEARER = [("Authorization", "Bearer token")]


def ask(claims: Any, scopes: tuple[str, ...] = (), headers: Any = BEARER) -> tuple[Exchange, GatewayError | None]:
    """Returns the exchange, and the error if the token may not pass."""
    made = exchange(route=Route("GET /pets/{id}", GUARD, integration(), scopes), headers=headers)

    def verify(token: str, issuer: str) -> dict[str, Any]:
        assert (token, issuer) == ("token", ISSUER)
        if isinstance(claims, Exception):
            raise claims
        return dict(claims)

    try:
        AuthorizeJwt(verify, lambda: NOW)(made)
    except GatewayError as error:
        return made, error
    return made, None


def test_a_valid_token_passes_with_its_claims_as_texts() -> None:
    made, error = ask({**CLAIMS, "groups": ["a", "b"], "admin": True})
    assert error is None
    assert made.authorized.claims == {
        "iss": ISSUER,
        "aud": "app",
        "exp": str(NOW + 60),
        "sub": "me",
        "scope": "read write",
        "groups": "[a b]",
        "admin": "true",
    }
    assert context_value(made, "authorizer.claims.sub") == "me"
    assert made.authorized.scopes is None


def test_the_scheme_may_be_left_out() -> None:
    assert ask(CLAIMS, headers=[("Authorization", "token")])[1] is None


def test_a_route_with_scopes_needs_one_of_them() -> None:
    made, error = ask(CLAIMS, ("write", "admin"))
    assert (error, made.authorized.scopes) == (None, ["read", "write"])
    assert ask({**CLAIMS, "scope": None, "scp": ["admin"]}, ("admin",))[1] is not None
    listed = {name: value for name, value in CLAIMS.items() if name != "scope"} | {"scp": ["admin"]}
    assert ask(listed, ("admin",))[1] is None
    error = ask(CLAIMS, ("admin",))[1]
    assert error is not None
    assert (error.status, error.message) == (403, "Forbidden")
    [(name, value)] = error.headers
    assert name == "www-authenticate"
    assert value.startswith('Bearer scope="admin" error="insufficient_scope"')


def test_no_token_is_401() -> None:
    error = ask(CLAIMS, headers=())[1]
    assert error is not None
    assert (error.status, error.message, error.headers) == (401, "Unauthorized", (("www-authenticate", "Bearer"),))


@pytest.mark.parametrize(
    ("changes", "described"),
    [
        ({"iss": f"{ISSUER}/"}, "issuer"),
        ({"aud": "else"}, "the token does not have a valid audience"),
        ({"aud": ["else"], "client_id": "app"}, "audience"),
        ({"exp": NOW}, "the token has expired"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"nbf": NOW + 1}, "not valid yet"),
        ({"iat": NOW + 1}, "not valid yet"),
    ],
)
def test_a_wrong_claim_is_401(changes: dict[str, Any], described: str) -> None:
    error = ask({**CLAIMS, **changes})[1]
    assert error is not None
    assert error.status == 401
    assert error.headers[0][1].startswith('Bearer scope="" error="invalid_token" error_description="')
    assert described in error.headers[0][1]


def test_the_client_id_counts_where_there_is_no_audience() -> None:
    claims = {name: value for name, value in CLAIMS.items() if name != "aud"}
    assert ask({**claims, "client_id": "other"})[1] is None
    assert ask(claims)[1] is not None


def test_a_signature_that_is_not_the_issuers_is_401() -> None:
    error = ask(InvalidTokenError("the token cannot be verified"))[1]
    assert error is not None
    assert (error.status, error.response_type) == (401, "UNAUTHORIZED")
