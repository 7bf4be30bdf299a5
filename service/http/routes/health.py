"""Answers whether this task is alive, for the load balancer, and whether it can work, for callers."""

from fastapi import APIRouter

from service.components import ComponentsDep
from service.http import openapi

router = APIRouter(tags=["health"])


@router.get("/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """Answers 200 while this task serves requests, whatever the database does.

    ECS replaces a task that fails the load balancer's check. A new task would have the same database.
    """
    return {"status": "ok"}


@router.get("/health", responses=openapi.problem_responses(503))
@router.head("/health", include_in_schema=False)
async def health(components: ComponentsDep) -> dict[str, str]:
    """Answers 200 if the database answers."""
    await components.health.database_answers()
    return {"status": "ok"}
