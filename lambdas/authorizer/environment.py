"""The authorizer's environment."""

from dataclasses import dataclass
from typing import Annotated

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """Its variables, upper-cased."""

    customers_table: str
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
