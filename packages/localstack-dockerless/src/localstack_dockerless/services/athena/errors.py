"""Makes the errors of Athena's API.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html#API_StartQueryExecution_Errors
"""

from localstack.aws.api import CommonServiceException


def invalid(message: str, code: str = "INVALID_INPUT") -> CommonServiceException:
    """Returns an `InvalidRequestException` with Athena's `AthenaErrorCode`."""
    error = CommonServiceException("InvalidRequestException", message, 400, sender_fault=True)
    error.AthenaErrorCode = code
    return error


def unsupported(what: str) -> CommonServiceException:
    """Returns the refusal of a setting that this emulator cannot honour, by its name."""
    return invalid(f"{what} is not supported by this emulator's Athena.")


def missing(name: str, kind: str = "WorkGroup") -> CommonServiceException:
    return invalid(f"{kind} {name} was not found")
