"""The functions of the pipeline one after the other, as the state machine calls them."""

from datetime import date
from typing import Any

import lambdas.alerting.handler
import lambdas.enricher.handler
import lambdas.exporter.handler
import lambdas.planner.handler
import lambdas.publisher.handler
import lambdas.reporter.handler
from domain.object_keys import alarm_shards_key
from lambdas.runtime.json_objects import get_json
from tests.unit.lambdas.fakes import FakeContext


def run_steps(event: dict[str, Any], run: str) -> dict[str, Any]:
    """Runs all steps of a day. Returns the publisher's answers, the first and the last in one."""
    task, shards = begin(event, run)
    for shard in shards:
        process({**task, "shard": shard})
    return publish(task)


def publish(task: dict[str, Any]) -> dict[str, Any]:
    """Runs the publisher's actions, with the shards whose alarms may change. Returns its answers in one."""
    handle, needs = lambdas.publisher.handler.handle, lambdas.publisher.handler.dependencies()
    published = handle({**task, "action": "publish"}, FakeContext())
    key = alarm_shards_key(date.fromisoformat(task["date"]), task["run"])
    listed = get_json(needs.s3, needs.environment.enriched_bucket, key)
    assert len(listed) == published["alarm_shards"]
    for shard in listed:
        handle({**task, "action": "keep", "shard": shard}, FakeContext())
    made = lambdas.reporter.handler.handle({"date": task["date"], "run": task["run"]}, FakeContext())
    finish = {**task, "action": "finish", "published": published, "report": {"key": made["report"]}}
    return published | handle(finish, FakeContext())


def begin(event: dict[str, Any], run: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Runs the steps before the shards. Returns what each later step gets, and the shards to process."""
    planned = plan(event, run)
    about = {"date": planned["date"], "run": run}
    begun = lambdas.exporter.handler.handle(
        {"action": "begin", **about, "only_changed": planned["only_changed"]}, FakeContext()
    )
    needs = lambdas.exporter.handler.dependencies()
    listed = get_json(needs.s3, needs.environment.enriched_bucket, planned["objects"]["shards"])
    assert len(listed) == begun["shards"]
    return {**about, "as_known_at": begun["as_known_at"], "catch_up": planned["catch_up"]}, listed


def plan(event: dict[str, Any], run: str) -> dict[str, Any]:
    """Runs the planner's actions. Returns their answers."""
    begun = planner({"action": "begin", "input": event, "run": run})
    if begun["catch_up"]:
        return begun
    of = {"date": begun["date"], "run": run, "segments": len(begun["segments"])}
    for segment in begun["segments"]:
        assert planner({"action": "scan", **of, "segment": segment, "part": 0, "start": None})["complete"]
    return begun | planner({"action": "divide", **of})


def planner(event: dict[str, Any]) -> dict[str, Any]:
    """Runs one action of the planner."""
    return lambdas.planner.handler.handle(event, FakeContext())


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
