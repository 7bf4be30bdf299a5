"""`GET /health`: whether this task can do its work, for the load balancer."""

from fastapi import APIRouter

from service import openapi
from service.components import ComponentsDep

router = APIRouter(tags=["health"])


@router.get("/health", responses=openapi.problem_responses(503))
@router.head("/health", include_in_schema=False)
async def health(components: ComponentsDep) -> dict[str, str]:
    """Whether the database answers."""
    await components.health.database_answers()
    return {"status": "ok"}
