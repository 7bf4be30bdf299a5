"""The dead letters."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class DeadLetters:
    """The dead-letter queues by the names of their outputs."""

    def __init__(self, sqs: Any, urls: Mapping[str, str]) -> None:
        self._sqs, self._urls = sqs, urls

    def counts(self) -> dict[str, int]:
        """Returns the number of waiting messages of each queue, as SQS estimates it."""
        with ThreadPoolExecutor(len(self._urls)) as pool:
            return dict(zip(self._urls, pool.map(self._count, self._urls.values()), strict=True))

    def _count(self, url: str) -> int:
        name = "ApproximateNumberOfMessages"
        return int(self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
