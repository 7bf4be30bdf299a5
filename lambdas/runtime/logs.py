"""Writes the functions' log, with one JSON object a line (`domain.log_lines`)."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from domain.log_lines import JsonFormatter, run
from domain.object_keys import run_name

LOGGER = "lambdas"


def configure(level: str) -> None:
    """Sends the log to standard output from `level` on, for example `INFO`. It replaces the runtime's plain text."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger(LOGGER)
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level)


def follow(event: object) -> None:
    """Names the run of a step's input in every line from now on, and writes the first one."""
    given = event.get("run") if isinstance(event, Mapping) else None
    run.set(run_name(given) if isinstance(given, str) else None)
    log("started")


def log(message: str, level: int = logging.INFO, **fields: Any) -> None:
    """Writes one line. `fields` have JSON values and nothing secret."""
    logging.getLogger(LOGGER).log(level, message, extra={"fields": fields})
