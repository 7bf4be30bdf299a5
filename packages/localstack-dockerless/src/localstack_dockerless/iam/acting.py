"""Keeps for which resource a thread assumes roles in a service's name. LocalStack's services do not tell it."""

import re
import threading

_acting = threading.local()


def act_for(service: str, arn: str | None, role: str | None = None) -> None:
    """Sets the resource for which this thread assumes roles as `service`, by its ARN, or that there is none.

    With `role`, the resource's own role, the service assumes that role, and the role assumes any other one.
    """
    _acting.service, _acting.arn, _acting.role = service, arn, role


def resource_of(service: str | None) -> str | None:
    """Returns the ARN that this thread set for `service`, or None."""
    if service is None or service != getattr(_acting, "service", None):
        return None
    arn: str | None = _acting.arn
    return arn


def role_of(service: str | None) -> str | None:
    """Returns the role of the resource that this thread set for `service`, or None."""
    role: str | None = None if resource_of(service) is None else _acting.role
    return role


def session_name(resource: str, service: str) -> str:
    """Returns the name of a service's session for a resource. STS takes 2 to 64 characters of a few kinds.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    name = re.sub(r"[^\w+=,.@-]", "-", resource, flags=re.ASCII)[:64]
    return name if len(name) > 1 else f"{name}@{service}"
