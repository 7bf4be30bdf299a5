"""This module names the environment variables of the reporter."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    enriched_bucket: str
    alarms_table: str
    time_zone: ZoneInfo
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
