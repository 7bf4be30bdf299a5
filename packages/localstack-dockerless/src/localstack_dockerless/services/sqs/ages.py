"""Publishes `ApproximateAgeOfOldestMessage` of each queue, which LocalStack lacks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

import time
from collections.abc import Iterator
from typing import Any

from localstack.services.sqs.models import FifoQueue, SqsQueue, sqs_stores

from localstack_dockerless.services.cloudwatch.metrics import Metric, record


def publish() -> None:
    """Publishes the age in seconds of all queues. An empty queue has the age 0."""
    now = time.time()
    for account, region, store in sqs_stores.iter_stores():
        for queue in list(store.queues.values()):
            dimension = (("QueueName", queue.name),)
            metric = Metric(account, region, "AWS/SQS", "ApproximateAgeOfOldestMessage", dimension, "Seconds")
            record(metric, age_of_oldest(queue, now))


def age_of_oldest(queue: SqsQueue, now: float) -> float:
    """Returns the seconds since the oldest message that is not deleted was sent."""
    with queue.mutex:
        return max((now - message.created for message in _messages(queue)), default=0.0)


def _messages(queue: Any) -> Iterator[Any]:
    yield from queue.inflight
    yield from queue.delayed
    if isinstance(queue, FifoQueue):
        for group in queue.message_groups.values():
            yield from group.messages
    else:
        yield from queue.visible.queue
