"""What the routes work with, made once for each app and given to them as dependencies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from service import database
from service.health_check import HealthCheck
from service.partition_upkeep import PartitionUpkeep, Retention
from service.readings_repository import ReadingsRepository
from service.settings import Settings
from service.workers import Workers


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Components:
    """The service's parts."""

    settings: Settings
    pool: Engine
    readings: ReadingsRepository
    workers: Workers
    health: HealthCheck
    upkeep: PartitionUpkeep
    retention: Retention
    now: Callable[[], datetime] = _utc_now

    @classmethod
    def create(cls, settings: Settings, now: Callable[[], datetime] = _utc_now) -> "Components":
        """The parts for `settings`; nothing connects yet."""
        pool = database.create_pool(settings, settings.pool_size)
        retention = Retention(settings.readings_retention_days, settings.time_zone)
        upkeep = PartitionUpkeep(database.create_migration_engine(settings), retention, now)
        return cls(
            settings=settings,
            pool=pool,
            readings=ReadingsRepository(pool, upkeep.make_room),
            workers=Workers("work", settings.pool_size, settings.waiting_requests, settings.request_timeout),
            health=HealthCheck(database.create_pool(settings, 1), settings.health_timeout),
            upkeep=upkeep,
            retention=retention,
            now=now,
        )

    def close(self) -> bool:
        """End the pools. Returns whether all work had come to its end; may be called again."""
        self.upkeep.close()
        at_rest = [self.workers.close(), self.health.close()]
        self.pool.dispose()
        return all(at_rest)


def _components(request: Request) -> Components:
    components = request.app.state.components
    assert isinstance(components, Components)  # noqa: S101 - tells the type checker what the app factory set
    return components


ComponentsDep = Annotated[Components, Depends(_components)]
