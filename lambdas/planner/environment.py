"""The planner's environment."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS, RETENTION_DAYS, Between


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    enriched_bucket: str
    customers_table: str
    shards: Annotated[int, Between(1, 200)]
    readings_retention_days: Annotated[int, RETENTION_DAYS]
    time_zone: ZoneInfo
    aws_lambda_function_memory_size: int = 512
    """MiB; set by Lambda."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
