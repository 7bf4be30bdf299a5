"""An asynchronous invocation waits for no reader that has stopped, and a dead letter names its invocation.

A version has a reader of its events only after its first event.
"""

import dataclasses
from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="After an update of the function, an event can wait for the function's timeout and 1 min. Each version of each "
    "function has a thread that reads its queue, although it may never have an event.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)

# ruff: noqa: PLC0415 -- LocalStack's event manager takes 1 s to import


@PATCH.wraps("localstack.services.lambda_.invocation.event_manager:Poller.run")
def run(_original: Any, self: Any, *_arguments: Any, **_named: Any) -> None:
    from localstack_dockerless.services.lambda_ import async_events

    async_events.read_until_stopped(self)


@PATCH.replaces("localstack.services.lambda_.invocation.event_manager:FuncThread")
def reader(_original: Any) -> Any:
    from localstack_dockerless.services.lambda_.event_readers import Reader

    return Reader


@PATCH.wraps("localstack.services.lambda_.invocation.event_manager:LambdaEventManager.enqueue_event")
def enqueue_event(original: Any, self: Any, invocation: Any) -> None:
    """Wakes the reader after the event is queued."""
    original(self, invocation)
    self.poller_thread.read()


@PATCH.wraps("localstack.services.lambda_.invocation.event_manager:Poller.process_failure_destination")
def process_failure_destination(original: Any, self: Any, event: Any, result: Any, *arguments: Any) -> None:
    """Records that an event that never ran has no answer."""
    original(self, event, result if result.payload else dataclasses.replace(result, payload=b"null"), *arguments)


@PATCH.wraps("localstack.services.lambda_.invocation.event_manager:Poller.process_dead_letter_queue")
def process_dead_letter_queue(_original: Any, self: Any, event: Any, result: Any) -> None:
    from localstack_dockerless.services.lambda_ import async_events

    async_events.send_to_dead_letters(self.version_manager.function_version, event.invocation, result)
