"""A replay with other parameters says which alarms are new, gone and the same, and changes nothing."""

import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from domain.findings import CHECKS, Parameters
from domain.publications import InvalidPublicationError
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.stored_parts import PartChangedError
from operations.whatif import main, replay
from operations.whatif_report import Example, Report, show
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after

LESS, MORE = {"SPK": {"alone_percent": 3_000.0}}, {"SPK": {"alone_percent": 100.0}}


@pytest.fixture
def world(tmp_path: Path) -> ReplayWorld:
    return ReplayWorld(tmp_path)


def changed(world: ReplayWorld, days: Sequence[date], changes: Any) -> Report:
    with world.published() as published:
        return replay(published, days, Parameters(CHECKS, changes))


def counts(report: Report) -> list[dict[str, tuple[int, int, int]]]:
    """The same, new and gone alarms of each day, by check."""
    return [{code: (each.same, each.new, each.gone) for code, each in day.checks.items()} for day in report.days]


def test_the_same_parameters_change_nothing(world: ReplayWorld) -> None:
    days = [after(MONDAY, number) for number in range(5)]
    for number, day in enumerate(days):
        world.run(day, number % 4 + 1, silent=(4,) if number == 2 else ())
    before = dict(world.runs.s3.objects)
    report = changed(world, days, {})
    total = report.total()
    assert (total.new, total.gone) == (0, 0)
    assert total.same >= 5
    assert [day.before for day in report.days] == [day.after for day in report.days]
    assert [day.examples for day in report.days] == [[]] * 5
    assert report.parameters == []
    assert world.runs.s3.objects == before


def test_a_higher_limit_takes_alarms_away_with_their_mails(world: ReplayWorld) -> None:
    world.run(MONDAY, 1, 2, 4)
    report = changed(world, [MONDAY], LESS)
    assert counts(report) == [{"SPK": (0, 0, 3)}]
    (day,) = report.days
    assert (day.before.digests, day.before.customers, day.after.total) == (1, 1, 0)
    assert [(each.change, each.number) for each in day.examples] == [("gone", "1"), ("gone", "2"), ("gone", "4")]
    assert report.parameters == ["SPK.alone_percent: 390 -> 3000"]


def test_a_lower_limit_raises_alarms_in_addition(world: ReplayWorld) -> None:
    world.run(MONDAY, 2, 3, silent=(1,), kwh=1.5)
    report = changed(world, [MONDAY], MORE)
    assert counts(report) == [{"MCD": (1, 0, 0), "SPK": (0, 2, 0)}]
    (day,) = report.days
    assert ((day.before.digests, day.before.customers), (day.after.digests, day.after.customers)) == ((1, 1), (1, 2))
    assert day.examples[0] == Example("new", "SPK", "2", "1.5 kWh in an interval, the third highest has 0.326781 kWh")


def test_a_value_for_one_type_of_customer_changes_that_type_alone(world: ReplayWorld) -> None:
    world.run(MONDAY, 1, 4)
    report = changed(world, [MONDAY], {"SPK": {"alone_percent": {"I": 3_000.0}}})
    assert counts(report) == [{"SPK": (1, 0, 1)}]
    assert report.parameters == ["SPK.alone_percent: 390 -> 3000 (I)"]


def test_a_day_without_a_finding_is_a_like_day_of_the_later_replayed_days(world: ReplayWorld) -> None:
    """With 3 like days the last day's spike is judged by `percent`. With 2 of them it is judged by `alone_percent`."""
    days = [after(MONDAY, number) for number in range(4)]
    for day in days[:2]:
        world.run(day)
    world.run(days[2], 1, kwh=3.6)
    world.run(days[3], 1, kwh=8.0)
    assert counts(changed(world, days, LESS)) == [{}, {}, {"SPK": (0, 0, 1)}, {"SPK": (1, 0, 0)}]
    alone = counts(changed(world, days[3:], LESS))
    assert alone == [{"SPK": (0, 0, 1)}], "the published days before say that the day has 2 like days"


def test_a_day_is_judged_against_the_publications_of_its_own_run(world: ReplayWorld) -> None:
    """The last day knew 2 days, so its spike of 359 % was no finding. Then a correction gave it a third one."""
    days = [after(MONDAY, number) for number in range(4)]
    for day in days[:2]:
        world.run(day)
    world.run(days[2], 1)
    world.run(days[3], 1, kwh=1.5)
    world.run_again(days[2])
    for replayed in (days, days[3:]):
        report = changed(world, replayed, {})
        assert report.days[-1].checks == {}
        assert (report.total().new, report.total().gone) == (0, 0)
    assert [day.publication for day in changed(world, days, {}).days] == [1, 1, 2, 1]
    world.run_again(days[3], 1, kwh=1.5)
    assert counts(changed(world, days[3:], {})) == [{"SPK": (1, 0, 0)}], "the third known day counts for a new run"


def test_a_day_without_a_publication_is_named(world: ReplayWorld) -> None:
    world.run(MONDAY)
    report = changed(world, [MONDAY, after(MONDAY, 1)], {})
    assert report.without_publication == [after(MONDAY, 1)]
    assert "2026-03-24 has no publication." in text(report)


def text(report: Report, *, as_json: bool = False) -> str:
    console = Console(width=100, highlight=False, file=StringIO())
    show(report, console, as_json=as_json)
    return cast("StringIO", console.file).getvalue()


def test_the_report_is_text_or_json(world: ReplayWorld) -> None:
    world.run(MONDAY, 1, 2, 4, silent=(3,))
    report = changed(world, [MONDAY], LESS)
    assert json.loads(text(report, as_json=True)) == report.as_json()
    assert report.as_json()["days"][0]["checks"]["SPK"] == {"same": 0, "new": 0, "gone": 3}
    said = text(report)
    assert "2026-03-23             1   SPK        0     0      3" in said
    assert "  2026-03-23 SPK 1: 6 kWh in an interval, the third highest has 0.326781 kWh" in said
    assert said.endswith("\n1 day: 1 same, 0 new and 3 gone alarms.\n")


def test_parts_that_are_gone_or_changed_are_named(world: ReplayWorld) -> None:
    world.run(MONDAY, 1)
    s3 = world.runs.s3
    key = ("enriched", f"customers/date={MONDAY}/part-00000.parquet")
    kept = list(s3.versions[key])
    s3.versions[key][0] = b"tampered with"
    with pytest.raises(PartChangedError, match="customers/date=2026-03-23/part-00000"):
        changed(world, [MONDAY], {})
    s3.versions[key][0] = None
    with pytest.raises(ObjectMissingError, match="customers/date=2026-03-23/part-00000"):
        changed(world, [MONDAY], {})
    s3.versions[key] = kept
    s3.objects["enriched", f"publications/date={MONDAY}/000001.json"] = b"{}"
    with pytest.raises(InvalidPublicationError):
        changed(world, [MONDAY], {})


def test_an_earlier_record_that_is_gone_is_named_with_the_day_that_needs_it(world: ReplayWorld) -> None:
    tuesday = after(MONDAY, 1)
    world.run(MONDAY)
    world.run(tuesday)
    del world.runs.s3.objects["enriched", f"publications/date={MONDAY}/000001.json"]
    with pytest.raises(ObjectMissingError, match="publication 1 of 2026-03-24 was judged against publication 1 of"):
        changed(world, [tuesday], {})


@pytest.mark.parametrize(
    ("text", "last", "refusal"),
    [
        ("[SPX]\na = 1", "2026-03-24", (2, "no check is SPX")),
        ("", "2026-03-22", (1, "exchange them")),
        ("", "9999-01-01", (1, "is not over yet")),
    ],
)
def test_the_command_refuses_wrong_values_in_one_line_before_it_reads_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, last: str, refusal: tuple[int, str]
) -> None:
    checks, outputs = tmp_path / "candidate.toml", tmp_path / "outputs.json"
    checks.write_text(text, encoding="utf-8")
    outputs.write_text('{"enriched_bucket": "enriched", "time_zone": "Europe/Zagreb"}', encoding="utf-8")
    given = ["--outputs", str(outputs), "--checks", str(checks), "--from", "2026-03-23", "--to", last]
    code = main(given)
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert code == refusal[0]
    assert refusal[1] in line
