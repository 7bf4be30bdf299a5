"""What is mended in LocalStack's CloudWatch and Step Functions, each when it is first used.

Step Functions alone takes three seconds to import.
"""

# ruff: noqa: PLC0415 -- see above

import threading
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers

_lock = threading.Lock()


def register() -> None:
    """Called at LocalStack's start."""
    serve_custom_service_request_handlers.append(_before_first_call)


def _before_first_call(_chain: Any, context: RequestContext, _response: Any) -> None:
    service = context.service.service_name if context.service else ""
    if service in _pending:
        with _lock:
            _pending.pop(service, lambda: None)()


def _cloudwatch() -> None:
    from emulator.monitoring.alarms import judge_alarms, keep_tags

    judge_alarms()
    keep_tags()


def _step_functions() -> None:
    from emulator.monitoring.executions import count_executions, keep_aborted

    count_executions()
    keep_aborted()


_pending: dict[str, Callable[[], None]] = {"cloudwatch": _cloudwatch, "stepfunctions": _step_functions}
