"""This module names the environment variables of the exporter."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.environment import LOG_LEVELS, PORTS, SSL_MODES


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
    database_sslmode: Annotated[str, SSL_MODES] = "prefer"
    """libpq's `sslmode`. RDS for PostgreSQL 15 and later refuses connections without TLS (`rds.force_ssl` is 1):
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
