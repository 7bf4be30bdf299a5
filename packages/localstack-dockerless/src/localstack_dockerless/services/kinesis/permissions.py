"""Lists the permissions that Kinesis' operations on a stream's records need."""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions


def _stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on the stream, by its ARN or its name."""
    name = parameters.get("StreamARN") or parameters.get("StreamName")
    if not name:
        raise UnknownActionError(f"kinesis:{operation} without StreamARN or StreamName")
    yield Need(f"kinesis:{operation}", name if name.startswith("arn:") else scope.arn("kinesis", f"stream/{name}"))


_OF_A_STREAM = (
    "PutRecord", "PutRecords", "DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator",
    "ListShards",
)  # fmt: skip

PERMISSIONS = Permissions("kinesis", dict.fromkeys(_OF_A_STREAM, _stream))
