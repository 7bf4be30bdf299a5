"""Describes the failure of a query, as Athena shows it in the query's status.

https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html
"""

SYSTEM, USER, OTHER = 1, 2, 3
"""The categories of `AthenaError`."""

USER_ERROR = 1000
_TYPES = {"EXCEEDED_MEMORY_LIMIT": 1, "GENERIC_INTERNAL_ERROR": 200, "EXCEEDED_TIME_LIMIT": 206}
"""The numbers of Athena's error catalog for failures that are no user errors."""


class QueryFailedError(Exception):
    """A query fails. `code` is Trino's name of the error, such as `COLUMN_NOT_FOUND`."""

    def __init__(self, code: str, message: str, category: int = USER) -> None:
        super().__init__(message)
        self.code, self.message, self.category = code, message, category

    def __str__(self) -> str:
        """Returns Athena's `StateChangeReason`."""
        return f"{self.code}: {self.message}"

    def as_athena(self) -> dict[str, object]:
        """Returns the `AthenaError` of the status."""
        kind = _TYPES.get(self.code, USER_ERROR)
        return {"ErrorCategory": self.category, "ErrorType": kind, "Retryable": False, "ErrorMessage": str(self)}


def not_supported(what: str) -> QueryFailedError:
    """Returns the failure of a query that this emulator cannot run as Athena does. `what` names the reason."""
    return QueryFailedError("NOT_SUPPORTED", f"This emulator's Athena does not support {what}")
