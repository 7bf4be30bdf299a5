"""This module names the environment variables of the publisher."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    exported_bucket: str
    enriched_bucket: str
    alarm_topic_arn: str
    alarm_queue_url: str
    time_zone: ZoneInfo
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
