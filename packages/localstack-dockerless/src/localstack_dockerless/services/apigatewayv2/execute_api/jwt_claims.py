"""Checks the claims of a JWT, and words them for events.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html ("Authorizing API
requests"): iss, aud or else client_id, exp, nbf, iat, and scope or scp.
"""

import json
from collections.abc import Iterable
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import JwtAuthorizer
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvalidTokenError

Claims = dict[str, Any]


def check_claims(claims: Claims, authorizer: JwtAuthorizer, now: float) -> None:
    """Checks who issued the token, for whom and when. `now` is in seconds since 1970.

    Raises
    ------
    InvalidTokenError
    """
    if claims.get("iss") != authorizer.issuer:
        raise InvalidTokenError("the token does not have a valid issuer")
    audience = claims["aud"] if "aud" in claims else claims.get("client_id")
    if not set(authorizer.audience) & set(_texts(audience)):
        raise InvalidTokenError("the token does not have a valid audience")
    if _seconds(claims, "exp", required=True) <= now:
        raise InvalidTokenError("the token has expired")
    if _seconds(claims, "nbf") > now or _seconds(claims, "iat") > now:
        raise InvalidTokenError("the token is not valid yet")


def scopes_of(claims: Claims) -> list[str]:
    """Returns the scopes of a token: a list, or a text with spaces between them."""
    given = claims.get("scope", claims.get("scp"))
    return given.split() if isinstance(given, str) else _texts(given)


def as_texts(claims: Claims) -> dict[str, str]:
    """Returns the claims as an event has them: each is a text. A list is in brackets, with spaces between its items."""
    return {name: _text(value) for name, value in claims.items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(_text(item) for item in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, Iterable) else []


def _seconds(claims: Claims, name: str, *, required: bool = False) -> float:
    value = claims.get(name)
    if value is None and not required:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTokenError(f"the token does not have a valid {name}")
    return float(value)
