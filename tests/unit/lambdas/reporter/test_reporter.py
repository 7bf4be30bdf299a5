"""Each publication gets one summary and one report, whatever happens between the steps."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.customers import KEY
from domain.intervals import interval_starts
from domain.summaries import Numbers
from lambdas.reporter.day_report import day_report
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from tests.unit.lambdas.alerting.test_handler import BARE, BOTH, CUSTOMERS, FAULTS, GAPS, HONEST
from tests.unit.lambdas.examples import readings
from tests.unit.lambdas.publisher.crashes import CrashError, crash_at, writes
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

SUMMARY, REPORT = "summaries/date=2026-03-29/000001.json", "reports/date=2026-03-29/000001.html"
SECOND = SUMMARY.replace("1.json", "2.json")
KWH = 3
"""The place of the consumption in a row of the database."""
ACTIVE = {"1", "2", "3", "4", "6"}


def summary(world: RunWorld, key: str = SUMMARY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.s3.objects["enriched", key])
    return found


def numbers(world: RunWorld, key: str = SUMMARY) -> Numbers:
    return Numbers.of_json(summary(world, key))


def test_a_run_writes_the_summary_and_the_report(world: RunWorld) -> None:
    world.run()
    found = summary(world)
    assert (found["date"], found["number"], found["run"], found["shards"]) == ("2026-03-29", 1, RUN, 3)
    assert found["shards_without_numbers"] == 0
    assert (found["customers"], found["rows_without_customer"]) == (6, 91)
    assert (found["change"], found["before"], found["week_before"]) == (None, None, None)
    assert world.s3.objects["enriched", REPORT].decode() == day_report(found)


def test_the_totals_are_those_of_the_readings(world: RunWorld) -> None:
    world.run()
    total = numbers(world).total
    assert (total.metering_points, total.complete) == (5, 2)
    assert (total.expected, total.received) == (5 * 92, 90 + 92 + 92 + 1)
    assert total.readings == len(FAULTS)
    assert total.kwh == sum(Decimal(row[KWH]) for row in FAULTS)


def test_the_hours_add_up_to_the_day_and_are_those_of_the_local_day(world: RunWorld) -> None:
    world.run()
    found = numbers(world)
    starts = interval_starts(DAY)
    assert len(found.hours) == 23
    for index, hour in enumerate(found.hours):
        mine = [row for row in FAULTS if row[1] in starts[4 * index : 4 * index + 4]]
        assert hour.expected == 4 * 5
        assert hour.received == sum(row[0] in ACTIVE for row in mine)
        assert hour.kwh == sum(Decimal(row[KWH]) for row in mine)
    assert sum(hour.validated_kwh for hour in found.hours) == found.total.validated_kwh


def test_the_groups_add_up_to_the_day(world: RunWorld) -> None:
    world.run()
    found = numbers(world)
    assert set(found.types) == {"HH", "I", "HHP", "P", ""}
    for groups in (found.types, found.counties):
        for name in ("metering_points", "complete", "expected", "received", "readings", "kwh", "validated_kwh"):
            assert sum(getattr(group, name) for group in groups.values()) == getattr(found.total, name), name
    assert found.types[""].readings == 91


def test_the_findings_and_the_worst_metering_points_have_their_reasons(world: RunWorld) -> None:
    world.run()
    found = numbers(world)
    assert found.findings == {"MCD": {"alarm": 1}, "ICD": {"alarm": 2}, "MNP": {"alarm": 2}}
    assert found.with_alarm == 4
    assert [(point["number"], point["received"], point["alarms"]) for point in found.worst] == [
        ("6", 1, 2),
        ("1", 0, 1),
        ("2", 90, 1),
        ("3", 92, 1),
    ]
    assert [reason["code"] for reason in found.worst[0]["reasons"]] == ["ICD", "MNP"]
    assert "name" not in found.worst[0]


def test_the_alarms_are_counted_after_the_run(world: RunWorld) -> None:
    world.run()
    alarms = summary(world)["alarms"]
    assert alarms["open"] == {"ICD": {"open": 2}, "MCD": {"open": 1}, "MNP": {"open": 2}}
    assert alarms["changes"]["ICD"] == {"found": 2, "raised": 2, "updated": 0, "escalated": 0, "cleared": 0}


def test_the_numbers_do_not_depend_on_the_shards(tmp_path: Path) -> None:
    found = []
    for shards in (1, 8):
        world = RunWorld(tmp_path, *CUSTOMERS, shards=shards)
        world.rows = list(FAULTS)
        world.run()
        found.append(numbers(world).as_json())
    assert found[0] == found[1]


@pytest.mark.parametrize("other", [RUN, OTHER_RUN])
def test_a_run_again_without_changes_writes_neither_again(world: RunWorld, other: str) -> None:
    world.run()
    before = {key: list(versions) for key, versions in world.s3.versions.items() if _is_ours(key[1])}
    world.run(other)
    assert {key: list(versions) for key, versions in world.s3.versions.items() if _is_ours(key[1])} == before


def _is_ours(key: str) -> bool:
    return key.startswith(("numbers/", "summaries/", "reports/"))


def test_a_correction_has_a_summary_that_compares(world: RunWorld) -> None:
    world.run()
    first = numbers(world)
    world.rows = [row for number in (GAPS, BARE, HONEST, BOTH) for row in readings(number, DAY)]
    world.run(OTHER_RUN)
    found = summary(world, SECOND)
    second = numbers(world, SECOND)
    assert second.total.received == first.total.received + 2 + 91
    assert found["before"]["number"] == 1
    assert found["before"]["total"] == first.total.as_json()
    assert found["change"]["against"] == 1
    assert found["alarms"]["changes"]["ICD"]["cleared"] == 2
    report = world.s3.objects["enriched", "reports/date=2026-03-29/000002.html"].decode()
    assert "differ from publication 1" in report
    assert "+93" in report


def test_unchanged_shards_keep_their_numbers(world: RunWorld) -> None:
    world.run()
    before = {key for _, key in world.s3.objects if key.startswith("numbers/")}
    world.rows = [*(row for row in FAULTS if row[0] != str(GAPS)), *readings(GAPS, DAY)]
    world.catch_up_shards([0], OTHER_RUN)
    after = {key for _, key in world.s3.objects if key.startswith("numbers/")}
    assert len(after - before) == 1
    assert numbers(world, SECOND).total.received == numbers(world).total.received + 2


def test_shards_of_an_older_version_are_named(world: RunWorld) -> None:
    world.process()
    for key in [key for key in world.s3.objects if key[1].startswith("numbers/date=2026-03-29/00000-")]:
        del world.s3.objects[key]
    world.publish()
    assert summary(world)["shards_without_numbers"] == 1
    assert "1 of 3 shards have no numbers." in world.s3.objects["enriched", REPORT].decode()


@pytest.mark.parametrize("part", ["summaries/", "reports/"])
def test_a_crash_before_a_write_is_caught_up_by_the_next_run(world: RunWorld, part: str) -> None:
    world.process()
    world.publisher("publish")
    for shard in world.alarm_shards():
        world.publisher("keep", shard=shard)
    world.s3.fault = crash_at(1, writes(part))
    with pytest.raises(CrashError):
        world.report()
    there = world.s3.objects.get(("enriched", SUMMARY))
    world.s3.fault = lambda *_about: None
    world.run(OTHER_RUN)
    assert there is None or world.s3.objects["enriched", SUMMARY] == there
    assert world.s3.objects["enriched", REPORT].decode() == day_report(summary(world))
    assert summary(world)["alarms"]["changes"]["ICD"]["raised"] == 2


def test_a_crash_between_the_report_and_the_mail_leaves_one_report_and_one_mail(world: RunWorld) -> None:
    world.process()
    world.publisher("publish")
    for shard in world.alarm_shards():
        world.publisher("keep", shard=shard)
    made = world.report()
    report = world.s3.objects["enriched", made["report"]]
    world.run(OTHER_RUN)
    (mail,) = world.sns.published
    assert f"s3://enriched/{REPORT}\n" in mail["Message"]
    assert world.s3.objects["enriched", REPORT] == report


def test_the_mail_says_that_the_report_could_not_be_made(world: RunWorld) -> None:
    world.process()
    published = world.publisher("publish")
    for shard in world.alarm_shards():
        world.publisher("keep", shard=shard)
    world.publisher("finish", published=published, report={"Error": "Runtime.ExitError", "Cause": "killed"})
    (mail,) = world.sns.published
    assert "What failed:" in mail["Message"]
    assert "The report could not be made: Runtime.ExitError." in mail["Message"]
    assert "s3://" not in mail["Message"]


def test_a_report_that_fails_without_other_news_is_told(world: RunWorld) -> None:
    world.run()
    world.process(OTHER_RUN)
    published = world.publisher("publish", OTHER_RUN)
    world.publisher("finish", OTHER_RUN, published=published, report={"Error": "States.Timeout"})
    assert world.sns.published[1]["Subject"] == "The report of 2026-03-29 could not be made"
    assert "States.Timeout" in world.sns.published[1]["Message"]


def test_only_the_run_that_holds_the_day_reports(world: RunWorld) -> None:
    world.run()
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError):
        world.report()


def test_a_day_without_a_publication_has_no_report(world: RunWorld) -> None:
    world.process()
    with pytest.raises(ObjectMissingError, match="has no publication"):
        world.report()


def test_a_hostile_county_stays_a_text(tmp_path: Path) -> None:
    hostile = [
        {**item, "county": {"S": "<script>alert(1)</script>"}, "city": {"S": '"><b>\u202e'}} for item in CUSTOMERS
    ]
    world = RunWorld(tmp_path, *hostile)
    world.rows = list(FAULTS)
    world.run()
    report = world.s3.objects["enriched", REPORT].decode()
    assert "<script" not in report
    assert "\u202e" not in report
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert {item[KEY]["S"] for item in hostile} >= {"1"}
