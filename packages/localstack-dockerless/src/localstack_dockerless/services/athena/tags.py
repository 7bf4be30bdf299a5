"""Finds the tags of a workgroup by its ARN. No other resource of Athena has tags here."""

from localstack_dockerless.services.athena import work_groups
from localstack_dockerless.services.athena.errors import unsupported
from localstack_dockerless.services.athena.store import AthenaStore


def of(store: AthenaStore, arn: str) -> dict[str, str]:
    """Returns the tags, to read and to change. Raises the API's error."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if kind != "workgroup":
        raise unsupported(f"The tags of {arn}")
    return work_groups.find(store, name).tags
