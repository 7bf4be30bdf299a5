"""Lists the permissions that putting records into a Firehose stream needs."""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions


def _delivery_stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"firehose:{operation}", scope.arn("firehose", f"deliverystream/{parameters['DeliveryStreamName']}"))


PERMISSIONS = Permissions("firehose", {"PutRecord": _delivery_stream, "PutRecordBatch": _delivery_stream})
