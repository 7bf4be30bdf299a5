"""Makes the parts that the routes work with, once for each app. The routes get them as a dependency."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from domain.identity_headers import Identity
from service.alarms.alarms_table import AlarmsTable
from service.alarms.dynamodb import DynamoDB
from service.intake import Intake
from service.postgres import connections
from service.postgres.health_check import HealthCheck
from service.postgres.upkeep import PartitionUpkeep, Retention
from service.readings.group_writer import GroupWriter
from service.readings.repository import ReadingsRepository
from service.readings.times import Grid, Terms
from service.room import MakeRoom, RoomyWriter
from service.settings import Settings
from service.workers import AdmissionLimit, Workers

ALARM_READERS = 4
"""The number of calls of DynamoDB at the same time in a task."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Components:
    """The parts of the service."""

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
    alarms: AlarmsTable
    alarm_workers: Workers
    """They are apart from `workers`: a slow table of alarms takes no connection from the readings."""
    now: Callable[[], datetime] = _utc_now

    @classmethod
    def create(cls, settings: Settings, now: Callable[[], datetime] = _utc_now) -> "Components":
        """Makes the parts for `settings`. Nothing connects yet."""
        pool = connections.create_pool(settings, settings.pool_size)
        retention = Retention(settings.readings_retention_days, settings.time_zone)
        upkeep = PartitionUpkeep(connections.create_patient_engine(settings), retention, now)
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
            alarms=AlarmsTable(settings.alarms_table, DynamoDB().query),
            alarm_workers=Workers("alarms", ALARM_READERS, settings.waiting_requests, settings.request_timeout),
            now=now,
        )

    def terms(self, caller: Identity) -> Terms:
        """Returns the terms for a batch of `caller` that is judged now."""
        now = self.now()
        settings = self.settings
        grid = Grid(caller.lengths, settings.time_zone, timedelta(seconds=settings.clock_tolerance_seconds))
        grace = timedelta(days=settings.grace_days)
        return Terms(now, self.retention.oldest_start(now), grid, caller.supply, grace)

    def close(self) -> bool:
        """Closes the pools. Returns whether all work had ended. It may be called again."""
        self.upkeep.close()
        at_rest = [self.writer.close(), self.workers.close(), self.health.close(), self.alarm_workers.close()]
        self.pool.dispose()
        return all(at_rest)


def create_writer(settings: Settings, readings: ReadingsRepository, make_room: MakeRoom) -> RoomyWriter:
    """Makes the writer of `readings`, with its share of the connections."""
    writer = GroupWriter(readings.store_all, settings.writers, settings.patience, settings.request_timeout)
    return RoomyWriter(writer, make_room, settings.request_timeout)


def _readers(settings: Settings) -> Workers:
    readers = max(settings.pool_size - settings.writers, 1)
    return Workers("work", readers, settings.waiting_requests, settings.request_timeout, settings.patience)


async def _components(request: Request) -> Components:
    components = request.app.state.components
    assert isinstance(components, Components)  # noqa: S101 - for the type checker
    return components


ComponentsDep = Annotated[Components, Depends(_components)]
