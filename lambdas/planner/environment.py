"""This module names the environment variables of the planner."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    enriched_bucket: str
    customers_table: str
    shards: int
    readings_retention_days: int
    time_zone: ZoneInfo
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: str = "INFO"
