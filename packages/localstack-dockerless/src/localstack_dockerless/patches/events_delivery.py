"""EventBridge delivers each event to each target, or to the target's dead-letter queue, or logs why not."""

import logging
from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events import forwarding, targets, tasks

PATCH = Patch(
    why="LocalStack drops an event that a target does not take, whatever the dead-letter queue. It starts no execution "
    "and no ECS task, and stores no Kinesis record for an input without an `id`. It sends an event from bus to bus "
    "for ever, where the targets make a circle. A value that a pattern cannot compare, such as a number that is too "
    "large, keeps the event from the rules after it.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
)

LOG = logging.getLogger(__name__)


@PATCH.replaces("localstack.services.events.target:TargetSenderFactory.target_map")
def senders(original: dict[str, Any]) -> dict[str, Any]:
    return {
        **original,
        "states": targets.StateMachineSender,
        "kinesis": targets.KinesisSender,
        "ecs": tasks.TaskSender,
    }


@PATCH.replaces("localstack.services.events.target:to_json_str")
def to_json_str(_original: Any) -> Any:
    return targets.as_text


@PATCH.wraps("localstack.services.events.target:TargetSender.process_event")
def process_event(_original: Any, self: Any, event: dict[str, Any], trace_header: Any) -> None:
    self.send_event(targets.input_of(self, event), trace_header)


@PATCH.wraps("localstack.services.events.target:TargetSender._validate_input_transformer")
def validate_input_transformer(_original: Any, _self: Any, _transformer: Any) -> None:
    """Does nothing: `services/events/refusals.py` has validated the transformer before anything was stored."""


@PATCH.wraps("localstack.services.events.target:TargetSenderFactory.get_target_sender")
def get_target_sender(original: Any, self: Any) -> Any:
    sender = original(self)
    sender.process_event = targets.Delivery(sender, sender.process_event)
    return sender


@PATCH.wraps("localstack.services.events.provider:EventsProvider._process_entry")
def process_entry(original: Any, self: Any, *arguments: Any) -> None:
    with forwarding.entry_of(arguments[-1]):  # the call's context
        original(self, *arguments)


@PATCH.wraps("localstack.services.events.provider:matches_event")
def matches_event(original: Any, pattern: Any, event: Any) -> bool:
    """Returns whether the event fits. One that cannot be compared does not, and the next rule is tried."""
    try:
        return bool(original(pattern, event))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        LOG.exception("An event was not compared with the pattern %s", pattern)
        return False
