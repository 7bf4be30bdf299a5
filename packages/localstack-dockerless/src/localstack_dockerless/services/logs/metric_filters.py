"""Publishes the metrics of CloudWatch Logs' metric filters, from events of the filter's own group.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html

LocalStack 4.14.0 counts every event of every group for each filter, and counts a value such as `$.took` as 1.
"""

import logging
from collections.abc import Sequence
from typing import Any

from localstack.utils.bootstrap import is_api_enabled
from moto.logs.models import logs_backends

from localstack_dockerless.services.cloudwatch.metrics import Metric, record
from localstack_dockerless.services.logs.filter_pattern import Found, compile_pattern

LOG = logging.getLogger(__name__)


def publish(stream: Any, events: Sequence[Any]) -> None:
    group = stream.log_group
    if not is_api_enabled("cloudwatch"):
        return
    for each in list(logs_backends[group.account_id][group.region].filters.metric_filters):
        if each["logGroupName"] != group.name:
            continue
        matches = compile_pattern(each["filterPattern"] or "")
        found = [matches(event.message) for event in events]
        for transformation in each["metricTransformations"]:
            for one in found:
                _publish(group, transformation, one)


def _publish(group: Any, transformation: dict[str, Any], found: Found | None) -> None:
    """Publishes the value of a matching event, or the default value, if there is one."""
    value = transformation.get("defaultValue") if found is None else _value(found, transformation["metricValue"])
    if value is None:
        return
    dimensions = {
        name: found.value(selector) for name, selector in (transformation.get("dimensions") or {}).items() if found
    }
    if None in dimensions.values():
        return  # as on AWS: an event without the dimension has no data point
    metric = Metric(
        group.account_id,
        group.region,
        transformation["metricNamespace"],
        transformation["metricName"],
        tuple((name, str(text)) for name, text in dimensions.items()),
        transformation.get("unit") or "None",
    )
    record(metric, value)


def _value(found: Found, text: str) -> float | None:
    given = found.value(text) if text.startswith("$") else text
    try:
        return None if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        return None
