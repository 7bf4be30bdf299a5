"""This module names the environment variables of the authorizer."""

from dataclasses import dataclass
from typing import Annotated

from domain.environment import LOG_LEVELS


@dataclass(frozen=True)
class Environment:
    """The fields are the variables' names in lower case."""

    customers_table: str
    log_level: Annotated[str, LOG_LEVELS] = "INFO"
