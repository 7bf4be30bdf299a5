"""What the routes work with, made once for each app and given to them as dependencies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from service.intake import Intake
from service.postgres import connections
from service.postgres.health_check import HealthCheck
from service.postgres.upkeep import PartitionUpkeep, Retention
from service.readings.fields import Terms
from service.readings.group_writer import GroupWriter
from service.readings.repository import ReadingsRepository
from service.room import MakeRoom, RoomyWriter
from service.settings import Settings
from service.workers import AdmissionLimit, Workers


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Components:
    """The service's parts."""

    settings: Settings
    pool: Engine
    readings: ReadingsRepository
    admission: AdmissionLimit
    intake: Intake
    writer: RoomyWriter
    workers: Workers
    health: HealthCheck
    upkeep: PartitionUpkeep
    retention: Retention
    now: Callable[[], datetime] = _utc_now

    @classmethod
    def create(cls, settings: Settings, now: Callable[[], datetime] = _utc_now) -> "Components":
        """The parts for `settings`; nothing connects yet."""
        pool = connections.create_pool(settings, settings.pool_size)
        retention = Retention(settings.readings_retention_days, settings.time_zone)
        upkeep = PartitionUpkeep(connections.create_migration_engine(settings), retention, now)
        readings = ReadingsRepository(pool)
        return cls(
            settings=settings,
            pool=pool,
            readings=readings,
            intake=Intake(settings.bodies, settings.bodies_size, settings.body_timeout),
            admission=AdmissionLimit(settings.pool_size + settings.waiting_requests),
            writer=create_writer(settings, readings, upkeep.make_room),
            workers=_readers(settings),
            health=HealthCheck(connections.create_pool(settings, 1), settings.health_timeout),
            upkeep=upkeep,
            retention=retention,
            now=now,
        )

    def terms(self) -> Terms:
        """On which terms a batch is judged that is here now."""
        now = self.now()
        return Terms(now, self.retention.oldest_start(now))

    def close(self) -> bool:
        """End the pools. Returns whether all work had come to its end; may be called again."""
        self.upkeep.close()
        at_rest = [self.writer.close(), self.workers.close(), self.health.close()]
        self.pool.dispose()
        return all(at_rest)


def create_writer(settings: Settings, readings: ReadingsRepository, make_room: MakeRoom) -> RoomyWriter:
    """The writer of `readings`, with its part of the connections."""
    writer = GroupWriter(readings.store_all, settings.writers, settings.patience, settings.request_timeout)
    return RoomyWriter(writer, make_room, settings.request_timeout)


def _readers(settings: Settings) -> Workers:
    readers = max(settings.pool_size - settings.writers, 1)
    return Workers("work", readers, settings.waiting_requests, settings.request_timeout, settings.patience)


async def _components(request: Request) -> Components:
    components = request.app.state.components
    assert isinstance(components, Components)  # noqa: S101 - tells the type checker what the app factory set
    return components


ComponentsDep = Annotated[Components, Depends(_components)]
