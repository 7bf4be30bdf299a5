"""The patience of the functions' AWS clients, and their clock. A handler makes the clients themselves.

https://docs.aws.amazon.com/boto3/latest/guide/retries.html#standard-retry-mode
"""

from datetime import UTC, datetime

from botocore.config import Config


def retrying(attempts: int = 5, *, connect_seconds: float = 5, read_seconds: float = 60) -> Config:
    """Up to `attempts` calls in all, with growing pauses, where AWS throttles, fails or does not answer in time."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
    )


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)
