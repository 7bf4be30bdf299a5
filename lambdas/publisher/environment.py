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
    alarms_table: str
    alarm_topic_arn: str
    alarm_queue_url: str
    time_zone: ZoneInfo
    escalate_after_days: int
    """The days of a silence in a row after which its alarm is escalated."""
    alarms_retention_days: int
    """The days after its last change for which an alarm is kept."""
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
