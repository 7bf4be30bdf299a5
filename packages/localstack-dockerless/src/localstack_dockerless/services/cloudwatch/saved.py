"""Declares CloudWatch's data points to the saved state: its database, and the values that are not delivered yet."""

import sqlite3

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from localstack_dockerless.services.cloudwatch import metrics
from localstack_dockerless.state.registries import keep


def _save() -> bytes:
    with sqlite3.connect(CloudwatchDatabase.METRICS_DB) as live:
        return live.serialize()


def _load(saved: bytes) -> None:
    with sqlite3.connect(CloudwatchDatabase.METRICS_DB) as live, sqlite3.connect(":memory:") as was:
        was.deserialize(saved)
        was.backup(live)


keep("cloudwatch", "data points", _save, _load)
keep("cloudwatch", "gathered", metrics.gathered, metrics.gather_again)
