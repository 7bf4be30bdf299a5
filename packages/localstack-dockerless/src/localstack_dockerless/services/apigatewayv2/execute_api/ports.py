"""Declares the calls that leave the gateway, and their errors. `router.py` wires the 4 functions that use LocalStack.

The steps know only these types, so that a test can pass its own functions.
"""

from collections.abc import Callable
from typing import Any, Protocol

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, Authorizer, Integration
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response


class InvocationError(Exception):
    """The function could not be invoked, failed or took too long. The text says which."""


class Invoke(Protocol):
    """Invokes an authorizer's function with an event and returns its result, or raises `InvocationError`."""

    def __call__(self, api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any: ...


class IntegrationUnavailableError(Exception):
    """No target answered: none is healthy, or it failed. The text says which."""


class IntegrationTimeoutError(Exception):
    """There was no answer within the integration's timeout."""


Send = Callable[[Integration, Outgoing, str, float], Response]
"""Sends a request to an integration: the request, the client's address, the deadline in monotonic seconds.

Raises `IntegrationUnavailableError` or `IntegrationTimeoutError`.
"""

Write = Callable[[str, str, int, str], None]
"""Takes a line of the access log: the log group's ARN, the log stream's name, the time in milliseconds, the line."""

Count = Callable[[Exchange, str, float, str], None]
"""Counts in CloudWatch: the exchange, the metric's name, a value and its unit."""
