"""This module names the environment variables of the exporter."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS, PORTS, RETENTION_DAYS, SSL_MODES, Between


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    database_secret_arn: str
    database_host: str
    database_port: Annotated[int, PORTS]
    database_name: str
    exported_bucket: str
    enriched_bucket: str
    time_zone: ZoneInfo
    readings_retention_days: Annotated[int, RETENTION_DAYS]
    catch_up_days: Annotated[int, Between(1, 366)] = 7
    """The most days of one catch-up."""
    catch_up_shards: Annotated[int, Between(1, 100_000)] = 2_000
    """The number of shards after which a catch-up takes no further day."""
    database_sslmode: Annotated[str, SSL_MODES] = "prefer"
    """libpq's `sslmode`. RDS for PostgreSQL 15 and later refuses connections without TLS (`rds.force_ssl` is 1):
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
