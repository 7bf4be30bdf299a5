"""Each published finding can be explained out of the published objects alone, and says whether it still holds."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from domain.findings import BY_CODE
from operations.alarms import AlarmDesk, AlarmsError
from operations.explain import AlarmName, Explainer, ExplainError, named_days
from operations.explanation import Explanation, Verdict, show
from tests.unit.lambdas.examples import read_parquet
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after


@pytest.fixture
def world(tmp_path: Path) -> ReplayWorld:
    return ReplayWorld(tmp_path)


def explained(world: ReplayWorld, number: str, code: str, day: date = MONDAY) -> Explanation:
    with world.published() as published:
        return Explainer(published).explain(AlarmName(number, day, code))


def text(explanation: Explanation, *, as_json: bool = False) -> str:
    console = Console(width=100, highlight=False, file=StringIO())
    show([explanation], console, as_json=as_json)
    return cast("StringIO", console.file).getvalue()


def test_every_finding_of_several_days_holds(world: ReplayWorld, tmp_path: Path) -> None:
    days = [after(MONDAY, number) for number in range(4)]
    for number, day in enumerate(days):
        world.run(day, number + 1, silent=((number + 1) % 4 + 1,))
    found = 0
    with world.published() as published:
        explainer = Explainer(published)
        for day in days:
            for shard in published.publication(day, 1).shards:
                rows = read_parquet(tmp_path, published.file(shard.findings).read_bytes())
                for number, code, *_ in rows:
                    explanation = explainer.explain(AlarmName(number, day, code))
                    assert explanation.verdict is Verdict.HOLDS, explanation
                    assert explanation.recomputed == explanation.finding
                    found += 1
    assert found >= 8


def test_a_finding_is_explained_with_its_values(world: ReplayWorld) -> None:
    world.run(MONDAY)
    world.run(after(MONDAY, 1), 2)
    explanation = explained(world, "2", "SPK", after(MONDAY, 1))
    assert explanation.finding.parameters["alone_percent"] == 390.0
    assert explanation.judged_against == {str(MONDAY): 1}
    (value,) = explanation.values
    assert (value["interval_start"], str(value["consumption_kwh"])) == ("2026-03-24T11:00:00Z", "6.000000")
    said = text(explanation)
    assert said.startswith("SPK spike, metering point 2, 2026-03-24\n  6 kWh in an interval, the third highest has")
    assert "It holds in publication 1, the newest." in said
    assert "judged against  2026-03-23 (1)" in said
    assert "judged again    the objects of the publication give the same finding" in said


def test_a_silent_day_is_explained_by_the_intervals_without_a_reading(world: ReplayWorld) -> None:
    world.run(MONDAY, silent=(1,))
    explanation = explained(world, "1", "MCD")
    assert explanation.values[0] == {"interval_start": "2026-03-22T23:00:00Z"}
    assert "2026-03-22T23:00:00Z      none" in text(explanation)


def test_a_healed_day_no_longer_holds_since_the_publication_that_healed_it(world: ReplayWorld) -> None:
    world.run(MONDAY, silent=(1,))
    world.run_again(MONDAY)
    explanation = explained(world, "1", "MCD")
    assert (explanation.verdict, explanation.publication, explanation.gone_since) == (Verdict.GONE, 1, 2)
    assert explanation.recomputed == explanation.finding, "publication 1 still gives it"
    assert "It no longer holds since publication 2." in text(explanation)


def test_other_details_than_it_was_raised_with_are_shown(world: ReplayWorld) -> None:
    world.run(MONDAY, 2, kwh=6.0)
    world.run_again(MONDAY, 2, kwh=7.0)
    explanation = explained(world, "2", "SPK")
    assert explanation.verdict is Verdict.CHANGED
    assert (explanation.raised_in, explanation.publication) == (1, 2)
    said = text(explanation)
    assert "Its details changed." in said
    assert "details         highest_kwh 7," in said
    assert "raised with     highest_kwh 6," in said


def test_a_finding_that_came_back_counts_from_its_return(world: ReplayWorld) -> None:
    world.run(MONDAY, silent=(1,))
    world.run_again(MONDAY)
    world.run_again(MONDAY, silent=(1,))
    explanation = explained(world, "1", "MCD")
    assert (explanation.verdict, explanation.raised_in, explanation.publication) == (Verdict.HOLDS, 3, 3)


def test_a_finding_is_judged_again_with_the_parameters_that_it_was_found_with(world: ReplayWorld) -> None:
    """The publication's findings part says that the limit was lower. A spike of 512 % was a finding then."""
    world.run(MONDAY, 2, kwh=2.0)
    with world.published() as published:
        explainer = Explainer(published)
        lower = explainer._judge("SPK", "HH", {"alone_percent": 100.0})
        default = explainer._judge("SPK", "HH", {"alone_percent": 900.0})
        publication = published.publication(MONDAY, 1)
        found = [
            [
                row
                for shard in publication.shards
                for row in explainer._read(judge.judged(publication, shard).findings, "2")
            ]
            for judge in (lower, default)
        ]
    assert found == [["SPK"], []]


def test_a_check_that_finds_nothing_any_more_is_said(world: ReplayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(MONDAY, 2)
    gone = replace(explained(world, "2", "SPK"), recomputed=None, verdict=Verdict.GONE)
    assert gone.in_words() == "It no longer holds: the present check does not find it in publication 1."
    assert "the objects of the publication do not give the finding" in text(gone)


def test_another_version_of_the_check_is_said(world: ReplayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(MONDAY, 2)
    monkeypatch.setitem(BY_CODE, "SPK", replace(BY_CODE["SPK"], version=7))
    assert "SPK version 1. The present version is 7" in text(explained(world, "2", "SPK"))


def test_the_explanation_is_text_or_json(world: ReplayWorld) -> None:
    world.run(MONDAY, 2)
    explanation = explained(world, "2", "SPK")
    assert json.loads(text(explanation, as_json=True)) == [explanation.as_json()]
    assert explanation.as_json()["verdict"] == "holds"


def test_a_finding_that_no_publication_has_is_refused_with_the_findings_there(world: ReplayWorld) -> None:
    world.run(MONDAY, 2)
    with pytest.raises(ExplainError, match=r"no publication of 2026-03-23 has MCD for 2\. It has SPK\."):
        explained(world, "2", "MCD")
    with pytest.raises(ExplainError, match=r"has MCD for 1\. It has no finding\."):
        explained(world, "1", "MCD")
    with pytest.raises(ExplainError, match="2026-03-24 has no publication"):
        explained(world, "1", "MCD", after(MONDAY, 1))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "write NUMBER/DATE/CODE"),
        ("1000000007", "write NUMBER/DATE/CODE"),
        ("é/2026-11-01/SPK", "write NUMBER/DATE/CODE"),
        ("1/2026-11-31/SPK", "2026-11-31 is no date"),
        ("1/2026-11-01/SPX", "no check is SPX: the checks are MCD, ICD, MNP"),
    ],
)
def test_a_text_that_is_no_alarm_is_refused(given: str, said: str) -> None:
    with pytest.raises(ExplainError, match=said):
        AlarmName.parse(given)


def test_an_alarm_is_a_metering_point_a_day_and_a_check_or_an_id(world: ReplayWorld) -> None:
    world.run(MONDAY, 2)
    desk = desk_of(world)
    (alarm,) = world.runs.alarms_table.alarms()
    expected = [AlarmName("2", MONDAY, "SPK")]
    assert named_days("2/2026-03-23/SPK", desk) == expected
    assert named_days(alarm.id, desk) == expected
    assert named_days(alarm.id[:8], desk) == expected
    with pytest.raises(AlarmsError, match="no alarm has an id that begins with 0000"):
        named_days("0000", desk)
    with pytest.raises(ExplainError, match="write NUMBER/DATE/CODE"):
        named_days("SPK", desk)


def test_an_alarm_of_several_silent_days_is_explained_day_by_day(world: ReplayWorld) -> None:
    days = [after(MONDAY, number) for number in range(3)]
    for day in days:
        world.run(day, silent=(1,))
    (alarm,) = world.runs.alarms_table.alarms()
    named = named_days(alarm.id, desk_of(world))
    assert named == [AlarmName("1", day, "MCD") for day in days]
    with world.published() as published:
        assert {Explainer(published).explain(each).verdict for each in named} == {Verdict.HOLDS}


def desk_of(world: ReplayWorld) -> AlarmDesk:
    return AlarmDesk(cast("Any", world.runs.alarms_table), cast("Any", world.runs.sqs), "alarms", "queue")
