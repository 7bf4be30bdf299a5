"""Reads the environment of the service, and of the migration, once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from domain import metering_points
from domain.environment import (
    FIXED,
    LOG_LEVELS,
    PORTS,
    REQUIRED,
    RETENTION_DAYS,
    SSL_MODES,
    Between,
    Variable,
    read_environment,
)

WRITERS = 2


@dataclass(frozen=True)
class DatabaseSettings:
    """What the service and the migration have in common. Times are in seconds."""

    database_host: str
    database_name: str
    database_user: str
    database_password: str = field(repr=False)
    database_port: Annotated[int, PORTS] = 5432
    database_sslmode: Annotated[str, SSL_MODES] = "prefer"
    database_secret_arn: str = ""
    """The secret with the user and the password. It is read again after a rotation."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
    connect_timeout: Annotated[int, FIXED] = 3
    startup_timeout: Annotated[float, FIXED] = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Reads the settings from `environment` (default: the environment of the process).

        Raises `EnvironmentVariableError` that lists every missing and every unusable variable at once.
        """
        return read_environment(cls, os.environ if environment is None else environment)


@dataclass(frozen=True)
class MigrationSettings(DatabaseSettings):
    """The settings of the migration. The database's user is the role that owns the tables."""

    readings_retention_days: Annotated[int, RETENTION_DAYS, REQUIRED] = 36_500


@dataclass(frozen=True)
class Settings(DatabaseSettings):
    """The settings that the environment gives the service. Times are in seconds, sizes in bytes."""

    host: str = "0.0.0.0"  # noqa: S104 - a task is reached only through its security group
    port: Annotated[int, PORTS] = 8000
    time_zone: Annotated[ZoneInfo, REQUIRED] = ZoneInfo("Europe/Zagreb")  # noqa: RUF009 - immutable
    readings_retention_days: Annotated[int, RETENTION_DAYS, REQUIRED] = 36_500
    metering_point_pattern: str = metering_points.PATTERN
    clock_tolerance_seconds: Annotated[int, Between(0, 120)] = 30
    alarms_table: Annotated[str, REQUIRED] = ""
    grace_days: Annotated[int, Between(0, 3_650)] = 30
    pool_size: Annotated[int, Between(1, 100), Variable("DATABASE_POOL_SIZE")] = 10
    waiting_requests: Annotated[int, Between(0, 10_000)] = 100
    request_timeout: Annotated[float, Between(1, 29), Variable("REQUEST_TIMEOUT_SECONDS")] = 10.0
    # The longest time that a request waits for the database before its work begins.
    patience: Annotated[float, FIXED] = 2.0
    pool_timeout: Annotated[float, FIXED] = 2.0
    statement_timeout: Annotated[float, FIXED] = 5.0
    health_timeout: Annotated[float, FIXED] = 2.0
    body_limit: Annotated[int, FIXED] = 1024 * 1024
    body_timeout: Annotated[float, FIXED] = 10.0
    # The most bodies that may be arriving at the same time, and their most bytes in total.
    bodies: Annotated[int, FIXED] = 1_000
    bodies_size: Annotated[int, FIXED] = 64 * 1024 * 1024
    # ECS kills a task 30 s after SIGTERM unless its stopTimeout says otherwise.
    shutdown_timeout: Annotated[int, Between(1, 115), Variable("SHUTDOWN_TIMEOUT_SECONDS")] = 20

    @property
    def writers(self) -> int:
        """The number of the pool's connections that write groups of batches. All others read (decision 14)."""
        return min(WRITERS, self.pool_size)
