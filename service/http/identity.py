"""Decides whose readings a request may touch: the metering point that the gateway's authorizer has confirmed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from domain.identity_headers import CONTEXT, Identity, InvalidIdentityError
from domain.metering_points import MAX_LENGTH, parse_metering_point
from service import problems
from service.components import ComponentsDep
from service.problems import ItemError


@lru_cache(maxsize=8)
def number_form(pattern: str) -> re.Pattern[str]:
    """Returns the form of the numbers of this deployment (the setting `metering_point_pattern`)."""
    return re.compile(pattern)


async def own_metering_point(
    request: Request,
    components: ComponentsDep,
    number: Annotated[
        str,
        Path(
            description=f"The billing metering point's number: 1 to {MAX_LENGTH} digits, capital letters and hyphens. "
            "A utility can narrow it.",
            examples=["100000000000000001"],
        ),
    ],
) -> Identity:
    """Returns the caller, whose own metering point the path must have.

    Raises a 422 problem for a malformed number. Raises 403 unless the gateway's headers are there once each, and have
    the same number.
    """
    try:
        parse_metering_point(number)
    except ValueError as error:
        raise problems.invalid_path(ItemError("number", str(error))) from None
    pattern = components.settings.metering_point_pattern
    if not number_form(pattern).fullmatch(number):
        raise problems.invalid_path(ItemError("number", f"has not the form of this utility's numbers: {pattern}"))
    headers = {name: request.headers.getlist(name) for name in CONTEXT}
    if any(len(values) != 1 for values in headers.values()):
        raise problems.forbidden()
    try:
        caller = Identity.from_headers({name: value for name, [value] in headers.items()})
    except InvalidIdentityError:
        raise problems.forbidden() from None
    if caller.metering_point != number:
        raise problems.forbidden()
    return caller


CallerDep = Annotated[Identity, Depends(own_metering_point)]
"""A route with a parameter of this type is protected. Its refusals and its description follow from it. A test holds
that the gateway has an authorizer for the route."""


def routes(router: APIRouter) -> Iterator[tuple[tuple[str, str], APIRoute]]:
    """Yields the routes of a router, each with its method and path."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield from (((method, route.path), route) for method in sorted(route.methods or ()))


def is_protected(route: APIRoute) -> bool:
    """Returns whether a route lets in only the metering point's own caller."""
    return _depends_on_identity(route.dependant)


def _depends_on_identity(dependant: Dependant) -> bool:
    return dependant.call is own_metering_point or any(map(_depends_on_identity, dependant.dependencies))
