"""Reaches the private integration: a listener of the emulated load balancer."""

from emulator.http_api.configuration import Integration
from emulator.http_api.exchange import Outgoing, Response
from emulator.http_api.handlers.integrate import IntegrationTimeoutError, IntegrationUnavailableError
from emulator.load_balancer import forward
from emulator.load_balancer.connections import TargetFailedError, TargetTimeoutError
from emulator.load_balancer.view import ListenerNotFoundError


def send(integration: Integration, outgoing: Outgoing, source_ip: str, deadline: float) -> Response:
    """The listener's answer (see emulator.http_api.handlers.integrate.Send)."""
    request = forward.Request(
        outgoing.method, outgoing.path, outgoing.query, tuple(outgoing.headers), outgoing.body, source_ip
    )
    try:
        answer = forward.forward(integration.uri, request, deadline)
    except TargetTimeoutError as error:
        raise IntegrationTimeoutError(str(error)) from error
    except ListenerNotFoundError as error:
        raise IntegrationUnavailableError(f"The listener {error} does not exist") from error
    except (TargetFailedError, forward.NoHealthyTargetError) as error:
        raise IntegrationUnavailableError(str(error)) from error
    return Response(answer.status, answer.headers, answer.body)
