"""Declares the calls that leave the gateway, and their errors. `router.py` wires the 5 functions that use LocalStack.

The steps know only these types, so that a test can pass its own functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, Authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response


class InvocationError(Exception):
    """The function could not be invoked, failed or took too long. The text says which."""


class InvocationTimeoutError(InvocationError):
    """The function took too long."""


class Invoke(Protocol):
    """Invokes an authorizer's function with an event and returns its result, or raises `InvocationError`."""

    def __call__(self, api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any: ...


class InvalidTokenError(Exception):
    """The token cannot be accepted. The text goes to the client, in the header `www-authenticate`."""


Verify = Callable[[str, str], dict[str, Any]]
"""Returns the claims of a JWT whose signature is by a key of the issuer: the token, the issuer.

Raises `InvalidTokenError`.
"""


class IntegrationUnavailableError(Exception):
    """No target answered: none is healthy, or it failed. The text says which."""


class IntegrationTimeoutError(Exception):
    """There was no answer within the integration's timeout."""


class IntegrationFailedError(Exception):
    """The integration may not be called, failed, or answered nothing that can be read. The text says which."""


class UnsupportedIntegrationError(Exception):
    """The emulator does not call such an integration. The text names it, and goes to the client."""


Send = Callable[[Exchange, Outgoing, float], Response]
"""Sends a request to the integration of the exchange's route: the mapped request, the timeout in seconds.

Raises one of the 4 errors above.
"""

Write = Callable[[str, str, int, str], None]
"""Takes a line of the access log: the log group's ARN, the log stream's name, the time in milliseconds, the line."""

Count = Callable[[Exchange, str, float, str], None]
"""Counts in CloudWatch: the exchange, the metric's name, a value and its unit."""


@dataclass(frozen=True)
class Ports:
    """Holds every call that leaves the gateway."""

    invoke: Invoke
    verify: Verify
    send: Send
    write: Write
    count: Count
