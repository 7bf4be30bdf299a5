"""`GET /health`: whether this task can do its work, for the load balancer."""

from fastapi import APIRouter

from service import database
from service.components import ComponentsDep

router = APIRouter(tags=["health"])


@router.get("/health")
@router.head("/health", include_in_schema=False)
async def health(components: ComponentsDep) -> dict[str, str]:
    """Whether the database answers."""
    await components.health_workers.run(database.check, components.health_pool)
    return {"status": "ok"}
