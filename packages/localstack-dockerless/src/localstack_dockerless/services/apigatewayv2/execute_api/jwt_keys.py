"""Verifies the signature of a JWT by the keys of its issuer.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: the keys are those of
the issuer's `jwks_uri`, the token's `kid` names one of them, only RSA-based algorithms are supported, and "API Gateway
can cache the public key for two hours". Here a token with an unknown `kid` reads the keys again, so that an issuer on
this machine can be started again with new keys.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from joserfc import errors, jws, jwt
from joserfc.jwk import KeySet

from localstack_dockerless.services.apigatewayv2.execute_api.issuers import KeysUnavailableError
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvalidTokenError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_KEEP, _RETRY = 7200.0, 5.0  # seconds

ReadKeys = Callable[[str], dict[str, Any]]
"""Returns the JSON Web Key Set of an issuer, or raises `KeysUnavailableError`."""


class IssuerKeys:
    """Holds the keys of issuers. It is safe for several threads."""

    def __init__(self, read: ReadKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._kept: dict[str, tuple[float, KeySet]] = {}
        self._lock = threading.Lock()

    def verify(self, token: str, issuer: str) -> dict[str, Any]:
        """Returns the claims of `token` if a key of `issuer` signed it (see `ports.Verify`)."""
        try:
            header = jws.extract_compact(token.encode()).headers()
            if header.get("alg") not in ALGORITHMS:
                raise InvalidTokenError(f"signing method {header.get('alg')} is invalid")
            key = self._key(issuer, str(header.get("kid") or ""))
            return dict(jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims)
        except KeysUnavailableError as error:
            raise InvalidTokenError(str(error)) from error
        except (errors.JoseError, ValueError) as error:
            raise InvalidTokenError("the token cannot be verified") from error

    def _key(self, issuer: str, kid: str) -> Any:
        for oldest in (_KEEP, _RETRY):
            for key in self._keys(issuer, oldest).keys:
                if kid and key.kid == kid:
                    return key
        raise InvalidTokenError("the token's kid names no key of the issuer")

    def _keys(self, issuer: str, oldest: float) -> KeySet:
        with self._lock:
            read_at, keys = self._kept.get(issuer, (0.0, None))
            if keys is None or self._clock() - read_at > oldest:
                keys = KeySet.import_key_set(self._read(issuer))  # type: ignore[arg-type]  # a foreign document
                self._kept[issuer] = self._clock(), keys
            return keys
