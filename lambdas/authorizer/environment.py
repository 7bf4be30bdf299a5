"""The authorizer's environment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    customers_table: str
    log_level: str = "INFO"
