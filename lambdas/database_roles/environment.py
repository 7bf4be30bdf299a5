"""This module names the environment variables of the function that makes the database's roles."""

from dataclasses import dataclass
from typing import Annotated

from domain.environment import LOG_LEVELS, PORTS, SSL_MODES


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    database_host: str
    database_port: Annotated[int, PORTS]
    database_name: str
    master_secret_arn: str
    """The secret that RDS keeps for the master user. Only this function may read it."""
    owner_secret_arn: str
    service_secret_arn: str
    exporter_secret_arn: str
    database_sslmode: Annotated[str, SSL_MODES] = "prefer"
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
