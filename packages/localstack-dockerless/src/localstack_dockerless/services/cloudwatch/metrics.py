"""Sums up the values that the services count, and sends them to CloudWatch twice a second.

A call of `PutMetricData` for each request would take longer than the request.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from localstack.aws.connect import connect_to
from localstack.runtime.events import infra_stopping
from localstack.utils.bootstrap import is_api_enabled

LOG = logging.getLogger(__name__)
GATHER_SECONDS = 0.5
MOST_METRICS = 1000  # of one PutMetricData
MOST_VALUES = 150  # of one metric in PutMetricData

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Metric:
    """Holds the account, the region and AWS's name of a metric.

    `spread`: each value is kept with its count, so that the metric has percentiles. Else only their sum is kept.
    """

    account: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions
    unit: str = "Count"
    spread: bool = False


@dataclass
class Statistics:
    """Sums up the values of 0.5 s."""

    count: int = 0
    total: float = 0
    least: float = float("inf")
    most: float = float("-inf")
    values: Counter[float] = field(default_factory=Counter)
    """Counts each value of a metric with `spread`."""

    def add(self, value: float, *, spread: bool = False) -> None:
        if spread:
            self.values[value] += 1
        self.count += 1
        self.total += value
        self.least, self.most = min(self.least, value), max(self.most, value)

    def shape(self) -> dict[str, float]:
        """Returns the statistics as `PutMetricData` takes them."""
        return {"SampleCount": self.count, "Sum": self.total, "Minimum": self.least, "Maximum": self.most}


class MetricDelivery:
    """Gathers values and delivers them in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gathered: dict[Metric, Statistics] = {}
        self._some = threading.Event()
        threading.Thread(target=self._run, name="metrics", daemon=True).start()

    def record(self, metric: Metric, value: float) -> None:
        with self._lock:
            self._gathered.setdefault(metric, Statistics()).add(value, spread=metric.spread)
        self._some.set()

    def gathered(self) -> dict[Metric, Statistics]:
        """Returns the values that are not delivered yet."""
        with self._lock:
            return {
                metric: replace(statistics, values=statistics.values.copy())
                for metric, statistics in self._gathered.items()
            }

    def gather_again(self, gathered: dict[Metric, Statistics]) -> None:
        """Delivers values that another process had gathered."""
        with self._lock:
            self._gathered = gathered | self._gathered
        self._some.set()

    def _run(self) -> None:
        while True:
            self._some.wait()
            if infra_stopping.wait(GATHER_SECONDS):
                return  # a call now would start CloudWatch again while LocalStack ends, and keep LocalStack from ending
            self._some.clear()
            with self._lock:
                gathered, self._gathered = self._gathered, {}
            for (account, region, namespace), data in _calls(gathered).items():
                _put(account, region, namespace, data)


def _calls(gathered: dict[Metric, Statistics]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    now = datetime.now(UTC)
    calls: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for metric, statistics in gathered.items():
        for values in _shapes(statistics):
            datum = {
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
                "Timestamp": now,
                "Unit": metric.unit,
                **values,
            }
            calls.setdefault((metric.account, metric.region, metric.namespace), []).append(datum)
    return calls


def _shapes(statistics: Statistics) -> Iterator[dict[str, Any]]:
    """Yields the fields of `PutMetricData` that hold the values."""
    values = list(statistics.values.items())
    if not values:
        yield {"StatisticValues": statistics.shape()}
    for start in range(0, len(values), MOST_VALUES):
        some = values[start : start + MOST_VALUES]
        yield {"Values": [value for value, _ in some], "Counts": [count for _, count in some]}


def _put(account: str, region: str, namespace: str, data: list[dict[str, Any]]) -> None:
    try:
        client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
        for start in range(0, len(data), MOST_METRICS):
            client.put_metric_data(Namespace=namespace, MetricData=data[start : start + MOST_METRICS])
    except Exception:
        LOG.exception("%d metrics of %s were lost", len(data), namespace)


@cache
def _delivery() -> MetricDelivery:
    return MetricDelivery()


def record(metric: Metric, value: float = 1) -> None:
    """Counts a value of a metric and returns at once."""
    if is_api_enabled("cloudwatch"):
        _delivery().record(metric, value)


def gathered() -> dict[Metric, Statistics]:
    """Returns the values that are not delivered yet, for the saved state."""
    return _delivery().gathered()


def gather_again(saved: dict[Metric, Statistics]) -> None:
    """Delivers the values of a saved state."""
    _delivery().gather_again(saved)
