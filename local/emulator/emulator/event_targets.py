"""EventBridge's Step Functions targets take a constant or transformed input.

LocalStack 4.14.0 names each execution after the `id` in its input, so an input without one starts nothing,
and nothing says so.
"""

import json
import uuid
from typing import Any

from localstack.services.events.target import StatesTargetSender, TargetSenderFactory


class StateMachineSender(StatesTargetSender):  # type: ignore[misc]  # LocalStack is not typed
    """Names executions as AWS does: the event's id where there is one, and an id of its own."""

    def process_event(self, event: Any, trace_header: Any) -> None:
        if "Input" in self.target:
            self._start(self.target["Input"], event)
        else:
            super().process_event(event, trace_header)

    def send_event(self, event: Any, trace_header: Any) -> None:
        self._start(event if isinstance(event, str) else json.dumps(event), event)

    def _start(self, text: str, event: Any) -> None:
        of_event = event.get("id") if isinstance(event, dict) else None
        name = "_".join(part for part in (of_event, str(uuid.uuid4())) if part)
        self.service = "stepfunctions"  # the client's name; a target's ARN says `states`
        self.client.start_execution(stateMachineArn=self.target["Arn"], name=name, input=text)


def start_executions_with_any_input() -> None:
    """Called at LocalStack's start."""
    TargetSenderFactory.register_target_sender("states", StateMachineSender)
