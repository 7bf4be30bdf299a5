"""Lists the permissions that sending events to EventBridge needs."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions


def _buses(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on each bus that an entry names, by its name or its ARN.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
    """
    for bus in {entry.get("EventBusName") or "default" for entry in parameters["Entries"]}:
        entries = [entry for entry in parameters["Entries"] if (entry.get("EventBusName") or "default") == bus]
        arn = bus if bus.startswith("arn:") else scope.arn("events", f"event-bus/{bus}")
        for source, kind in {(entry.get("Source"), entry.get("DetailType")) for entry in entries}:
            yield Need("events:PutEvents", arn, {"events:source": source, "events:detail-type": kind})


PERMISSIONS = Permissions("events", {"PutEvents": _buses})
