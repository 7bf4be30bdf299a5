"""Keeps for which resource a thread assumes roles in a service's name. LocalStack's services do not tell it."""

import re
import threading

_acting = threading.local()


def act_for(service: str, arn: str) -> None:
    """Sets the resource for which this thread assumes roles as `service`, by its ARN."""
    _acting.service, _acting.arn = service, arn


def resource_of(service: str | None) -> str | None:
    """Returns the ARN that this thread set for `service`, or None."""
    if service is None or service != getattr(_acting, "service", None):
        return None
    return str(_acting.arn)


def session_name(resource: str, service: str) -> str:
    """Returns the name of a service's session for a resource: 2 to 64 characters of those that STS takes.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    name = re.sub(r"[^\w+=,.@-]", "-", resource, flags=re.ASCII)[:64]
    return name if len(name) > 1 else f"{name}@{service}"
