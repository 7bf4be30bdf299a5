"""Checks the JWT of a request to a route with a JWT authorizer.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html (the headers)
A request without a token or with an invalid one gets 401. A token without one of the route's scopes gets 403.
"""

import time
from collections.abc import Callable

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import JwtAuthorizer
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.jwt_claims import as_texts, check_claims, scopes_of
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvalidTokenError, Verify
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve

_HEADER = "www-authenticate"


class AuthorizeJwt:
    """Is the step. It has the function that verifies signatures, and a clock in seconds since 1970."""

    def __init__(self, verify: Verify, clock: Callable[[], float] = time.time) -> None:
        self._verify = verify
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        """Lets the request pass and keeps the token's claims, or raises 401 or 403."""
        authorizer = exchange.authorizer
        if not isinstance(authorizer, JwtAuthorizer):
            return
        token = _token(exchange, authorizer)
        if not token:
            raise GatewayError(401, "Unauthorized", "UNAUTHORIZED", headers=((_HEADER, "Bearer"),))
        try:
            claims = self._verify(token, authorizer.issuer)
            check_claims(claims, authorizer, self._clock())
        except InvalidTokenError as error:
            raise _denied(exchange, 401, "invalid_token", str(error)) from error
        scopes, needed = scopes_of(claims), exchange.matched_route.scopes
        if needed and not set(needed) & set(scopes):
            raise _denied(exchange, 403, "insufficient_scope", "the token does not have the required scopes")
        exchange.authorized.claims = as_texts(claims)
        exchange.authorized.scopes = scopes if needed else None
        exchange.authorized.status = 200


def _token(exchange: Exchange, authorizer: JwtAuthorizer) -> str:
    """Returns the token of the first identity source that has one, without `Bearer`."""
    for source in authorizer.identity_sources:
        if value := resolve(exchange, source):
            scheme, _, rest = value.partition(" ")
            return rest.strip() if scheme.lower() == "bearer" else value
    return ""


def _denied(exchange: Exchange, status: int, error: str, description: str) -> GatewayError:
    exchange.authorized.error, exchange.authorized.status = description, status
    scope = " ".join(exchange.matched_route.scopes)
    value = f'Bearer scope="{scope}" error="{error}" error_description="{description}"'
    message, kind = ("Unauthorized", "UNAUTHORIZED") if status == 401 else ("Forbidden", "ACCESS_DENIED")
    return GatewayError(status, message, kind, description, ((_HEADER, value),))
