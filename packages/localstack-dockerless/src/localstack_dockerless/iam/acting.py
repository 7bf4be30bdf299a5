"""For which resource a thread assumes roles in a service's name. LocalStack's services do not say it by themselves."""

import threading

_acting = threading.local()


def act_for(service: str, arn: str) -> None:
    """From now on, the roles that this thread assumes as `service` are for the resource with that ARN."""
    _acting.service, _acting.arn = service, arn


def resource_of(service: str | None) -> str | None:
    """The ARN that this thread gave for `service`; None where it gave none."""
    if service is None or service != getattr(_acting, "service", None):
        return None
    return str(_acting.arn)
