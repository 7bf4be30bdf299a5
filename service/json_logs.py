"""The log: one JSON object a line on standard output, which ECS ships to CloudWatch.

Fields: time (UTC), level, event, logger, request_id where there is a request, what the call passed as
`extra={"fields": {...}}`, and `exception` with the traceback. Never a header's value, a body or a key.
"""

import json
import logging
import logging.config
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


# What no line shows is not found out for each of them either.
# https://docs.python.org/3.13/howto/logging.html#optimization
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined]


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        if request_id.get() is not None:
            line["request_id"] = request_id.get()
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)  # ASCII: whatever a client's text holds, and stdout's encoding is


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
