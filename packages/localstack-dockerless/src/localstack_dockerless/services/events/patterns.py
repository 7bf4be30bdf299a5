"""Refuses event patterns that LocalStack would find wrong at the first event only.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

from localstack.aws.api import CommonServiceException
from localstack.aws.api.events import InvalidEventPatternException

OPERATIONS = frozenset({"CreateArchive", "PutRule", "TestEventPattern", "UpdateArchive"})


def check_pattern(pattern: str) -> None:
    """Raises `CommonServiceException` for a pattern that LocalStack cannot read, or fails at."""
    from localstack.services.events.event_rule_engine import EventPatternCompiler  # noqa: PLC0415 -- with the service

    try:
        EventPatternCompiler().compile_event_pattern(pattern)
    except InvalidEventPatternException as error:
        raise _refusal(error.message) from error
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise _refusal("Event pattern is not valid.") from error


def _refusal(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidEventPatternException", message, 400, sender_fault=True)
