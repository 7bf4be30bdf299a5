"""The service's log: one JSON object a line (`domain.log_lines`).

It goes to standard output, which ECS ships to CloudWatch.
"""

import logging
import logging.config

from domain.log_lines import JsonFormatter

# What no line shows is not found out for each of them either.
# https://docs.python.org/3.13/howto/logging.html#optimization
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined]


def configure(level: str) -> None:
    """Send every logger, uvicorn's and alembic's too, to standard output as JSON lines."""
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
                # Its lines carry the query string and the address; request_log writes the request's line.
                "uvicorn.access": {"level": "CRITICAL", "propagate": False},
            },
        }
    )
