"""The planner's environment."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    enriched_bucket: str
    customers_table: str
    shards: int
    readings_retention_days: int
    time_zone: ZoneInfo
    aws_lambda_function_memory_size: int = 512
    """MiB; set by Lambda."""
    log_level: str = "INFO"
