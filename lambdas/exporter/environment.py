"""The exporter's environment."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS, PORTS, SSL_MODES


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    database_secret_arn: str
    database_host: str
    database_port: Annotated[int, PORTS]
    database_name: str
    exported_bucket: str
    enriched_bucket: str
    time_zone: ZoneInfo
    database_sslmode: Annotated[str, SSL_MODES] = "prefer"
    """libpq's. RDS for PostgreSQL 15 and later refuses what is not TLS by itself (`rds.force_ssl` is 1):
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    aws_lambda_function_memory_size: int = 512
    """MiB; set by Lambda."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
