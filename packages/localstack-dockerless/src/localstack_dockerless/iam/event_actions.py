"""What calls to EventBridge, Kinesis and Firehose need, with which services and roles hand on events."""

# ruff: noqa: ARG001 -- every rule takes the same three

from collections.abc import Iterable, Mapping

from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope, UnknownActionError


def _buses(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Each bus that an entry names, by its name or its ARN, once.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
    """
    for bus in {entry.get("EventBusName") or "default" for entry in parameters["Entries"]}:
        entries = [entry for entry in parameters["Entries"] if (entry.get("EventBusName") or "default") == bus]
        arn = bus if bus.startswith("arn:") else scope.arn("events", f"event-bus/{bus}")
        for source, kind in {(entry.get("Source"), entry.get("DetailType")) for entry in entries}:
            yield Need("events:PutEvents", arn, {"events:source": source, "events:detail-type": kind})


def _stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """By its ARN or its name."""
    name = parameters.get("StreamARN") or parameters.get("StreamName")
    if not name:
        raise UnknownActionError(f"kinesis:{operation} without StreamARN or StreamName")
    yield Need(f"kinesis:{operation}", name if name.startswith("arn:") else scope.arn("kinesis", f"stream/{name}"))


def _delivery_stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"firehose:{operation}", scope.arn("firehose", f"deliverystream/{parameters['DeliveryStreamName']}"))


EVENT_TARGETS: Mapping[str, Mapping[str, Rule]] = {
    "events": {"PutEvents": _buses},
    "firehose": {"PutRecord": _delivery_stream, "PutRecordBatch": _delivery_stream},
    "kinesis": dict.fromkeys(
        ("PutRecord", "PutRecords", "DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator",
         "ListShards"),
        _stream,
    ),
}  # fmt: skip
