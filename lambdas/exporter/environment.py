"""This module names the environment variables of the exporter."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    database_secret_arn: str
    database_host: str
    database_port: int
    database_name: str
    exported_bucket: str
    enriched_bucket: str
    time_zone: ZoneInfo
    database_sslmode: str = "prefer"
    """libpq's `sslmode`. RDS for PostgreSQL 15 and later refuses connections without TLS (`rds.force_ssl` is 1):
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    aws_lambda_function_memory_size: int = 512
    """The function's memory in MiB. Lambda sets it."""
    log_level: str = "INFO"
