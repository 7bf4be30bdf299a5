"""Reads the service's environment once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SettingsError(Exception):
    """Variables of the environment are missing or cannot be used. The message names each."""


WRITERS = 2


@dataclass(frozen=True)
class Settings:
    """The settings that the environment gives the service. Times are in seconds, sizes in bytes."""

    database_host: str
    database_name: str
    database_user: str
    database_password: str = field(repr=False)
    database_port: int = 5432
    database_sslmode: str = "prefer"
    host: str = "0.0.0.0"  # noqa: S104 - a task is reached only through its security group
    port: int = 8000
    log_level: str = "INFO"
    time_zone: ZoneInfo = ZoneInfo("Europe/Zagreb")  # noqa: RUF009 - immutable
    readings_retention_days: int = 36_500
    pool_size: int = 10
    waiting_requests: int = 100
    request_timeout: float = 10.0
    # The longest time that a request waits for the database before its work begins.
    patience: float = 2.0
    pool_timeout: float = 2.0
    connect_timeout: int = 3
    statement_timeout: float = 5.0
    health_timeout: float = 2.0
    body_limit: int = 1024 * 1024
    body_timeout: float = 10.0
    # The most bodies that may be arriving at the same time, and their most bytes in total.
    bodies: int = 1_000
    bodies_size: int = 64 * 1024 * 1024
    startup_timeout: float = 60.0
    # ECS kills a task 30 s after SIGTERM unless its stopTimeout says otherwise.
    shutdown_timeout: int = 20

    @property
    def writers(self) -> int:
        """The number of the pool's connections that write groups of batches. All others read (decision 14)."""
        return min(WRITERS, self.pool_size)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Reads the settings from `environment` (default: the environment of the process).

        Raises one `SettingsError` that lists every missing and every unusable variable.
        """
        return _Reader(os.environ if environment is None else environment).settings()


LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._missing: list[str] = []
        self._wrong: list[str] = []

    def settings(self) -> Settings:
        settings = Settings(
            database_host=self._text("DATABASE_HOST"),
            database_name=self._text("DATABASE_NAME"),
            database_user=self._text("DATABASE_USER"),
            database_password=self._text("DATABASE_PASSWORD"),
            database_port=self._whole("DATABASE_PORT", 5432, 1, 65535),
            database_sslmode=self._choice("DATABASE_SSLMODE", "prefer", SSL_MODES),
            host=self._text("HOST", Settings.host),
            port=self._whole("PORT", 8000, 1, 65535),
            log_level=self._choice("LOG_LEVEL", "INFO", LOG_LEVELS),
            time_zone=self._zone("TIME_ZONE"),
            readings_retention_days=self._whole("READINGS_RETENTION_DAYS", None, 1, 100_000),
            pool_size=self._whole("DATABASE_POOL_SIZE", 10, 1, 100),
            waiting_requests=self._whole("WAITING_REQUESTS", 100, 0, 10_000),
            request_timeout=self._whole("REQUEST_TIMEOUT_SECONDS", 10, 1, 29),
            shutdown_timeout=self._whole("SHUTDOWN_TIMEOUT_SECONDS", 20, 1, 115),
        )
        if self._missing or self._wrong:
            missing = [f"missing from the environment: {', '.join(self._missing)}"] if self._missing else []
            raise SettingsError("; ".join(missing + self._wrong))
        return settings

    def _text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, "") or default
        if not value:
            self._missing.append(name)
            return ""
        return value

    def _zone(self, name: str) -> ZoneInfo:
        value = self._text(name)
        try:
            return ZoneInfo(value) if value else Settings.time_zone
        except (ValueError, ZoneInfoNotFoundError, OSError):  # the name of a folder of zones gives an OSError
            self._wrong.append(f"{name} is {value!r}, it must be a time zone's IANA name")
            return Settings.time_zone

    def _whole(self, name: str, default: int | None, least: int, most: int) -> int:
        """Reads a whole number. Without a default the variable is required."""
        value = self._text(name) if default is None else self._environment.get(name, "") or str(default)
        if default is None and not value:
            return least
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            self._wrong.append(f"{name} is {value!r}, it must be a whole number from {least} to {most}")
            return least
        return int(value)

    def _choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._environment.get(name, "") or default
        for choice in choices:
            if value.lower() == choice.lower():
                return choice
        self._wrong.append(f"{name} is {value!r}, it must be one of {', '.join(choices)}")
        return default
