"""Reads the events of asynchronous invocations: none waits for a stopped reader. Dead letters name their invocation.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html

When a function is updated, LocalStack starts another reader of the function's queue of events. An event that the
earlier reader has fetched meanwhile is dropped. It comes back after its visibility timeout: the function's timeout and
1 min. `poller` is LocalStack's `Poller` in each function.
"""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation import event_manager
from localstack.services.lambda_.invocation.event_manager import get_sqs_client
from localstack.utils.aws.arns import sqs_queue_url_for_arn

LOG = logging.getLogger(__name__)
WAIT_SECONDS = 2
LONGER_THAN_THE_FUNCTION = 60
PAUSE_AFTER_ERROR = 1.0
LONGEST_ERROR_MESSAGE = 1024  # bytes, https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html


def read_until_stopped(poller: Any) -> None:
    """Replaces `Poller.run`."""
    client = get_sqs_client(poller.version_manager.function_version, client_config=event_manager.CLIENT_CONFIG)
    stopped: threading.Event = poller._shutdown_event  # noqa: SLF001 -- LocalStack has no public access to it
    while not stopped.is_set():
        try:
            _read(poller, client)
        except Exception as error:
            if stopped.is_set():
                return
            LOG.error("The events of %s were not read: %s", poller.version_manager.function_arn, error)
            stopped.wait(PAUSE_AFTER_ERROR)


def send_to_dead_letters(version: Any, invocation: Any, result: Any) -> None:
    """Replaces `Poller.process_dead_letter_queue`. A dead letter that cannot be sent is logged."""
    if version.config.dead_letter_arn:
        try:
            _bury(version, invocation, result)
        except Exception as error:
            LOG.warning("The dead letter of %s was lost: %s", version.id.qualified_arn(), error)


def _read(poller: Any, client: Any) -> None:
    timeout = poller.version_manager.function_version.config.timeout
    answer = client.receive_message(
        QueueUrl=poller.event_queue_url,
        WaitTimeSeconds=WAIT_SECONDS,
        MaxNumberOfMessages=10,
        VisibilityTimeout=timeout + LONGER_THAN_THE_FUNCTION,
    )
    for message in answer["Messages"] or []:
        give_back = partial(_give_back, client, poller.event_queue_url, message)
        if poller._shutdown_event.is_set():  # noqa: SLF001 -- LocalStack has no public access to it
            give_back()
            continue
        try:
            future = poller.invoker_pool.submit(poller.handle_message, message)
        except RuntimeError:  # it was shut down between the two lines
            give_back()
        else:
            future.add_done_callback(partial(_if_cancelled, give_back))


def _if_cancelled(give_back: Callable[[], None], future: Future[None]) -> None:
    try:
        future.exception()
    except CancelledError:
        give_back()


def _give_back(client: Any, url: str, message: dict[str, Any]) -> None:
    """Makes the event visible for the next reader at once. LocalStack's client lacks ChangeMessageVisibility."""
    queue = client.queue_manager.get_queue(queue_name=url)
    queue.update_visibility_timeout(message["ReceiptHandle"], 0)


def _bury(version: Any, invocation: Any, result: Any) -> None:
    """Sends one dead letter.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    """
    arn = version.config.dead_letter_arn
    service, region = arn.split(":")[2:4]
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": invocation.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
    }
    if text := _error_message(result.payload):
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": text}
    clients = connect_to.with_assumed_role(role_arn=version.config.role, service_principal="lambda", region_name=region)
    client = clients.get_client(service).request_metadata(
        source_arn=version.id.unqualified_arn(), service_principal="lambda"
    )
    body = invocation.payload.decode()
    if service == "sns":
        client.publish(TopicArn=arn, Message=body, MessageAttributes=attributes)
    else:
        client.send_message(QueueUrl=sqs_queue_url_for_arn(arn), MessageBody=body, MessageAttributes=attributes)


def _error_message(payload: bytes | None) -> str:
    try:
        text = str(json.loads(payload or b"{}").get("errorMessage") or "")
    except (ValueError, AttributeError):
        return ""
    return text.encode()[:LONGEST_ERROR_MESSAGE].decode(errors="ignore")
