"""The functions' log: one JSON object a line (`domain.log_lines`)."""

import logging
import sys
from typing import Any

from domain.log_lines import JsonFormatter

LOGGER = "lambdas"


def configure(level: str) -> None:
    """Log to standard output at `level`, e.g. `INFO`. The runtime's own handler would add plain text."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger(LOGGER)
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level)


def log(message: str, level: int = logging.INFO, **fields: Any) -> None:
    """Write one line. `fields` hold JSON values and nothing secret."""
    logging.getLogger(LOGGER).log(level, message, extra={"fields": fields})
