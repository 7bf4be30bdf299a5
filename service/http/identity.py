"""Decides whose readings a request may touch: the metering point that the gateway's authorizer has confirmed."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from domain.metering_points import PATTERN, parse_metering_point
from service import problems
from service.problems import ItemError

# The gateway overwrites this header with the authorizer's result, so a client's own value never arrives.
HEADER = "x-billing-metering-point"


async def own_metering_point(
    request: Request,
    number: Annotated[
        str,
        Path(
            description="The billing metering point's number: 1 to 18 digits, the first not 0.",
            pattern=f"^{PATTERN}$",
            examples=["100000000000000001"],
        ),
    ],
) -> int:
    """Returns the metering point of the path, which must be the caller's own.

    Raises a 422 problem for a malformed number. Raises 403 unless the gateway's header has the same number, once.
    """
    try:
        metering_point = parse_metering_point(number)
    except ValueError as error:
        raise problems.invalid_path(ItemError("number", str(error))) from None
    if request.headers.getlist(HEADER) != [number]:
        raise problems.forbidden()
    return metering_point


OwnMeteringPointDep = Annotated[int, Depends(own_metering_point)]
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
