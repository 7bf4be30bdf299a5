"""The publisher's environment."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    exported_bucket: str
    enriched_bucket: str
    alarm_topic_arn: str
    alarm_queue_url: str
    time_zone: ZoneInfo
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
