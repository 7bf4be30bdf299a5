"""The functions' CloudWatch metrics, in batches.

LocalStack sends each invocation's `Invocations` in a call and a thread of its own, which takes longer than a short
function and slows the next invocation down.
"""

import logging
import queue
import threading
from datetime import UTC, datetime
from functools import cache
from typing import Any

from localstack.aws.connect import connect_to
from localstack.runtime.events import infra_stopping
from localstack.utils.bootstrap import is_api_enabled

LOG = logging.getLogger(__name__)
GATHER_SECONDS = 0.5
MAX_METRICS = 1000  # of one PutMetricData

Owner = tuple[str, str]  # account and region
Metric = dict[str, Any]


class MetricDelivery:
    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Owner, Metric]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="lambda-metrics", daemon=True).start()

    def count(self, name: str, function: str, account: str, region: str) -> None:
        metric = {
            "MetricName": name,
            "Dimensions": [{"Name": "FunctionName", "Value": function}],
            "Timestamp": datetime.now(UTC),
            "Value": 1,
        }
        self._queue.put(((account, region), metric))

    def _run(self) -> None:
        while True:
            items = [self._queue.get()]
            if infra_stopping.wait(GATHER_SECONDS):
                return  # a call now would start CloudWatch again while LocalStack ends, and keep it from ending
            while not self._queue.empty() and len(items) < MAX_METRICS:
                items.append(self._queue.get())
            by_owner: dict[Owner, list[Metric]] = {}
            for owner, metric in items:
                by_owner.setdefault(owner, []).append(metric)
            for (account, region), metrics in by_owner.items():
                try:
                    client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
                    client.put_metric_data(Namespace="AWS/Lambda", MetricData=metrics)
                except Exception:
                    LOG.exception("%d metrics of AWS/Lambda were lost", len(metrics))


@cache
def _delivery() -> MetricDelivery:
    return MetricDelivery()


def record_invocation(function_name: str, account_id: str, region_name: str) -> None:
    """In place of LocalStack's `record_cw_metric_invocation`."""
    if is_api_enabled("cloudwatch"):
        _delivery().count("Invocations", function_name, account_id, region_name)


def record_error(function_name: str, account_id: str, region_name: str) -> None:
    """In place of LocalStack's `record_cw_metric_error`."""
    record_invocation(function_name, account_id, region_name)
    if is_api_enabled("cloudwatch"):
        _delivery().count("Errors", function_name, account_id, region_name)
