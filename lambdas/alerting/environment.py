"""This module names the environment variables of the alerting function."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    enriched_bucket: str
    time_zone: ZoneInfo
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
