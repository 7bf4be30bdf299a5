"""Saves the parts of functions that are neither in LocalStack's stores nor in S3.

Unanswered events of asynchronous invocations are queued again. They are delivered at least once, as Lambda does
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html). The unpacked code stays in the folder of the saved
state. Code that no function uses any more is removed. Environments start when they are invoked.
"""

import logging
import threading
from typing import Any

from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.sync import poll_condition

from localstack_dockerless.services.lambda_.versions import code_store
from localstack_dockerless.state.load import when_ready
from localstack_dockerless.state.registries import keep

LOG = logging.getLogger(__name__)
ACTIVE_WITHIN = 60.0  # seconds, for a version to be prepared

type Events = dict[str, list[str]]
"""Maps the qualified ARN of a version to its events, as LocalStack writes them."""


def _managers() -> dict[str, Any]:
    """Returns the readers of events by the qualified ARN of their version."""
    managers: dict[str, Any] = SERVICE_PLUGINS.get_service("lambda")._provider.lambda_service.event_managers  # noqa: SLF001
    return managers


def _save() -> Events:
    found = {arn: _events(manager.event_queue_url) for arn, manager in list(_managers().items())}
    return {arn: events for arn, events in found.items() if events}


def _events(name: str | None) -> list[str]:
    if name is None:
        return []
    queue = get_fake_sqs_client().queue_manager.get_queue(queue_name=name)
    messages = (*list(queue.visible.queue), *list(queue.inflight), *list(queue.delayed))
    return [message.message["Body"] for message in messages if not message.deleted]


def _load(saved: Events) -> None:
    when_ready(code_store().remove_unused)
    if saved:
        again = threading.Thread(target=_queue_again, args=(saved,), name="lambda-events", daemon=True)
        when_ready(again.start)


def _queue_again(saved: Events) -> None:
    for arn, events in saved.items():
        if not poll_condition(lambda arn=arn: arn in _managers(), timeout=ACTIVE_WITHIN):  # type: ignore[misc]
            LOG.error("%d events of %s are lost: it did not become active", len(events), arn)
            continue
        manager = _managers()[arn]
        for event in events:
            get_fake_sqs_client().send_message(QueueUrl=manager.event_queue_url, MessageBody=event)
        manager.poller_thread.read()


keep("lambda", "events", _save, _load)
