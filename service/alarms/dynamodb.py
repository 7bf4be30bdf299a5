"""Makes DynamoDB's calls. ECS gives the SDK the credentials of the task's role, and the region by a variable."""

# ruff: noqa: PLC0415 -- the SDK takes about 25 MiB, and a task that nobody asks for alarms does without it

import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

CONNECT_WITHIN = 1.0  # seconds
ANSWER_WITHIN = 3.0  # seconds
ATTEMPTS = 2
"""Two attempts and the pause between them fit into the request's time."""


class AlarmsUnavailableError(Exception):
    """DynamoDB does not answer, or refuses the call. The text is for the log."""


class DynamoDB:
    """Makes the client at its first call. It is safe for several threads."""

    def __init__(self) -> None:
        self._client: DynamoDBClient | None = None
        self._lock = threading.Lock()

    def query(self, **request: Any) -> Any:
        """Returns the answer of `Query`. Raises `AlarmsUnavailableError`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._made().query(**request)
        except (BotoCoreError, ClientError) as error:
            raise AlarmsUnavailableError(f"{type(error).__name__}: {error}") from error

    def _made(self) -> "DynamoDBClient":
        import boto3
        from botocore.config import Config

        with self._lock:  # a session is not made for several threads
            if self._client is None:
                retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
                config = Config(connect_timeout=CONNECT_WITHIN, read_timeout=ANSWER_WITHIN, retries=retries)
                self._client = boto3.client("dynamodb", config=config)
                logger.info("the client of DynamoDB is ready")
            return self._client
