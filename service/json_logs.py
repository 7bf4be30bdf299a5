"""Sets up the service's log, with one JSON object a line (`domain.log_lines`).

The log goes to standard output. ECS ships it to CloudWatch.
"""

import logging
import logging.config

from domain.log_lines import JsonFormatter

# No line shows these values, so nothing needs to find them out for each line.
# https://docs.python.org/3.13/howto/logging.html#optimization
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined]


def configure(level: str) -> None:
    """Sends the lines of every logger to standard output as JSON, also those of uvicorn and alembic."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonFormatter}},
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "json",
                }
            },
            "root": {"level": level, "handlers": ["stdout"]},
            "loggers": {
                # Uvicorn's lines have the query string and the address. `request_log` writes the request's line.
                "uvicorn.access": {"level": "CRITICAL", "propagate": False},
            },
        }
    )
