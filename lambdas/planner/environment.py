"""This module names the environment variables of the planner."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS, RETENTION_DAYS, Between


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    enriched_bucket: str
    customers_table: str
    shards: Annotated[int, Between(1, 10_000)]
    readings_retention_days: Annotated[int, RETENTION_DAYS]
    time_zone: ZoneInfo
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
