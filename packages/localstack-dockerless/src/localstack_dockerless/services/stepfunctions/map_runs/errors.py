"""Makes the errors of a distributed Map, by AWS's names.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from typing import Any

from localstack.aws.api.stepfunctions import HistoryEventType, MapRunFailedEventDetails
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails

TOO_MANY_FAILED = "The specified tolerated failure threshold was exceeded"


def exceeded(env: Any) -> FailureEventException:
    """More child executions failed than the state tolerates."""
    return _error(env, StatesErrorNameType.StatesExceedToleratedFailureThreshold, TOO_MANY_FAILED)


def not_permitted(env: Any, cause: str) -> FailureEventException:
    """The role may not start the child executions. AWS documents the right, and no error's name for its lack."""
    return _error(env, StatesErrorNameType.StatesPermissions, cause)


def items_not_read(env: Any, cause: str) -> FailureEventException:
    """The ItemReader could not read the items."""
    return _error(env, StatesErrorNameType.StatesItemReaderFailed, cause)


def results_not_written(env: Any, cause: str) -> FailureEventException:
    """The ResultWriter could not write the results."""
    return _error(env, StatesErrorNameType.StatesResultWriterFailed, cause)


def stopped(env: Any) -> FailureEventException:
    """The execution of the Map was stopped or timed out. Its own end decides the status, so this has no name."""
    return FailureEventException(FailureEvent(env, None, HistoryEventType.MapRunAborted))


def _error(env: Any, kind: StatesErrorNameType, cause: str) -> FailureEventException:
    name = StatesErrorName(typ=kind)
    details = MapRunFailedEventDetails(error=name.error_name, cause=cause)
    return FailureEventException(
        FailureEvent(env, name, HistoryEventType.MapRunFailed, EventDetails(mapRunFailedEventDetails=details))
    )
