"""What is mended in LocalStack's CloudWatch and Step Functions, each when it is first used.

Step Functions alone takes three seconds to import.
"""

# ruff: noqa: PLC0415 -- see above

import threading
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.handlers import modify_service_response, serve_custom_service_request_handlers

from localstack_dockerless.services.stepfunctions import requests
from localstack_dockerless.state import registries

_lock = threading.Lock()


def register() -> None:
    """Called at LocalStack's start."""
    registries.before_load(apply)
    serve_custom_service_request_handlers.append(_before_first_call)
    serve_custom_service_request_handlers.append(requests.check_request)
    modify_service_response.append("stepfunctions", requests.keep_settings)


def _before_first_call(_chain: Any, context: RequestContext, _response: Any) -> None:
    apply(context.service.service_name if context.service else "")


def apply(service: str) -> None:
    """Install the patches of that service, once."""
    if service in _pending:
        with _lock:
            _pending.pop(service, lambda: None)()


def _cloudwatch() -> None:
    from localstack_dockerless.services.cloudwatch.alarms import judge_alarms, keep_tags

    judge_alarms()
    keep_tags()


def _step_functions() -> None:
    from localstack_dockerless.services.cloudwatch.executions import count_executions, keep_aborted
    from localstack_dockerless.services.stepfunctions.settings import (
        name_log_groups,
        show_settings,
        start_machines_with_aliases,
    )

    count_executions()
    keep_aborted()
    show_settings()
    name_log_groups()
    start_machines_with_aliases()


_pending: dict[str, Callable[[], None]] = {"cloudwatch": _cloudwatch, "stepfunctions": _step_functions}
