"""The enricher's environment."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    exported_bucket: str
    enriched_bucket: str
    time_zone: ZoneInfo
    aws_lambda_function_memory_size: int = 512
    """MiB; set by Lambda."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
