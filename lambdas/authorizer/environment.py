"""This module names the environment variables of the authorizer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    customers_table: str
    log_level: str = "INFO"
