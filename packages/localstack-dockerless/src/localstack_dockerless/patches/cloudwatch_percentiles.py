"""A metric has percentiles, in GetMetricData and in alarms."""

from datetime import datetime
from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.cloudwatch import percentiles

PATCH = Patch(
    why="LocalStack fails on a percentile, and stores a value as often as its count says.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html",
    when="cloudwatch",
)


@PATCH.wraps("localstack.services.cloudwatch.cloudwatch_database_helper:CloudwatchDatabase.add_metric_data")
def add_metric_data(original: Any, self: Any, *arguments: Any) -> None:
    account, region, namespace, data = arguments
    for datum in data:
        if datum.get("Values"):
            percentiles.store_values(self, account, region, namespace, datum)
    original(self, account, region, namespace, [datum for datum in data if not datum.get("Values")])


@PATCH.wraps("localstack.services.cloudwatch.cloudwatch_database_helper:CloudwatchDatabase.get_metric_data_stat")
def get_metric_data_stat(
    original: Any,
    self: Any,
    *,
    account_id: str,
    region: str,
    query: Any,
    start_time: datetime,
    end_time: datetime,
    scan_by: str | None,
) -> Any:
    if not percentiles.is_percentile(query["MetricStat"]["Stat"]):
        return original(self, account_id, region, query, start_time, end_time, scan_by)
    times = (start_time, end_time)
    found = percentiles.percentiles(self, query, times, account=account_id, region=region)
    if scan_by in (None, "TimestampDescending"):
        found = {name: values[::-1] for name, values in found.items()}
    return found
