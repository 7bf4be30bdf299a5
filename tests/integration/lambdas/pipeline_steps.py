"""The functions of the pipeline one after the other, as the state machine calls them."""

from typing import Any

import lambdas.alerting.handler
import lambdas.enricher.handler
import lambdas.exporter.handler
import lambdas.planner.handler
import lambdas.publisher.handler
from tests.unit.lambdas.fakes import FakeContext


def run_steps(event: dict[str, Any], run: str) -> dict[str, Any]:
    """Runs all steps of a day. Returns the publisher's answer."""
    task, shards = begin(event, run)
    for shard in shards:
        process({**task, "shard": shard})
    return lambdas.publisher.handler.handle(task, FakeContext())


def begin(event: dict[str, Any], run: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Runs the steps before the shards. Returns what each later step gets, and the shards to process."""
    plan = lambdas.planner.handler.handle({"input": event, "run": run}, FakeContext())
    about = {"date": plan["date"], "run": run}
    begun = lambdas.exporter.handler.handle(
        {"action": "begin", **about, "only_changed": plan["only_changed"]}, FakeContext()
    )
    return {**about, "as_known_at": begun["as_known_at"], "catch_up": plan["catch_up"]}, begun["shards"]


def process(task: dict[str, Any]) -> None:
    """Runs the steps of a shard."""
    for handle in (
        lambdas.exporter.handler.handle,
        lambdas.enricher.handler.handle,
        lambdas.alerting.handler.handle,
    ):
        handle(task, FakeContext())


def find_days() -> list[str]:
    """Returns the days that a catch-up would run, in its order."""
    found = lambdas.exporter.handler.handle({"action": "find_days"}, FakeContext())
    return [day["date"] for day in found["days"]]
