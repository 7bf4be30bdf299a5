"""The part of Lambda's context object that the handlers use."""

from typing import Protocol


class Context(Protocol):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def get_remaining_time_in_millis(self) -> int:
        """Returns the time until the function's timeout."""
