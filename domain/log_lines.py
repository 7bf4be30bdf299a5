"""The service and the functions write each log line as one JSON object, in one schema. One query reads all log groups.

| field | is there | holds |
|---|---|---|
| `time` | always | RFC 3339, in UTC, with milliseconds |
| `level` | always | `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL` |
| `message` | always | the event, in words that do not vary |
| `logger` | always | the part of the code that wrote the line |
| `request_id` | with a request of the API | the gateway's id of the request. The access log has it too |
| `run` | in a run of the pipeline | the name of the run's execution. The mails of the run have it too |
| `exception` | with an exception | the traceback |

A line can have further fields, with any other names. It never has a header's value, a body or a key.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

ALWAYS = ("time", "level", "message", "logger")
SOMETIMES = ("request_id", "run", "exception")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the current request."""

run: ContextVar[str | None] = ContextVar("run", default=None)
"""The name of the current run of the pipeline."""


class JsonFormatter(logging.Formatter):
    """Writes a record in the schema. The record's `extra={"fields": {...}}` are the line's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns one line in ASCII, whatever a caller's text holds and whatever the stream's encoding is."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if (request := request_id.get()) is not None:
            line["request_id"] = request
        if (name := run.get()) is not None:
            line["run"] = name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        line |= {name: value for name, value in getattr(record, "fields", {}).items() if name not in line}
        return json.dumps(line, default=str)
