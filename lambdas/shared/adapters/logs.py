"""One JSON object for each log line."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

LOGGER = "lambdas"


class JsonFormatter(logging.Formatter):
    """`time` (RFC 3339), `level`, `message`, and the fields of the record's `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


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
