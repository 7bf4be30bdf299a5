"""The administrator's mail is short, and nothing is sent where nothing changed."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import Alarm, Change, Found, Move
from domain.digest import SUBJECT_LIMIT, WORST, Report, Tally, digest, report_failed, sign_of_life
from tests.unit.lambdas.examples import NOW

DAY = date(2026, 11, 1)
RUN = Change(NOW, run="one")
OTHER = Change(NOW, run="two")


def missing(number: int, intervals: int = 3) -> Alarm:
    details = {"expected_intervals": 96, "missing_intervals": intervals,
               "first_missing_intervals": ["2026-11-01T01:00:00Z"]}  # fmt: skip
    return Alarm(f"{number:03}", "ICD", DAY, Found(details), {}).after(Move.RAISE, RUN)


def silence(number: int, days: int, change: Change = RUN) -> Alarm:
    found = Found({"expected_intervals": 96 * days, "days": days, "last_day": "2026-11-01"}, days=days)
    alarm = Alarm(f"{number:03}", "MCD", DAY - timedelta(days=days - 1), found, {}).after(Move.RAISE, change)
    return alarm.after(Move.ESCALATE, change, escalated=True) if days > 2 else alarm


def tally(*alarms: Alarm, runs: str = "one") -> Tally:
    counted = Tally()
    for alarm in alarms:
        counted.add(alarm, runs.split())
    return counted


def test_a_mail_of_a_run() -> None:
    cleared = missing(7).after(Move.HEAL, RUN)
    found = tally(silence(1, 3), silence(2, 1), missing(3, 40), missing(4), cleared)
    mail = digest(DAY, 2, found, 12, ["5 readings of 2026-11-01 have no customer."])
    assert mail
    assert mail.subject == "Alarms of 2026-11-01: 4 new, 1 escalated, 1 cleared; 12 open"
    assert (
        mail.body
        == """\
2026-11-01, publication 2

New: 4
- MCD missing consumption data: 2
- ICD incomplete consumption data: 2
Escalated: 1
- MCD missing consumption data: 1
Cleared: 1
- ICD incomplete consumption data: 1
Still open, all days: 12

The worst 4 of this run:
- 001: MCD since 2026-10-30, escalated
  no reading, 288 were due, 3 days in a row
  /alarms/001/2026-10-30/MCD
- 003: ICD on 2026-11-01
  40 of 96 intervals missing, the first at 01:00 UTC
  /alarms/003/2026-11-01/ICD
- 004: ICD on 2026-11-01
  3 of 96 intervals missing, the first at 01:00 UTC
  /alarms/004/2026-11-01/ICD
- 002: MCD on 2026-11-01
  no reading, 96 were due
  /alarms/002/2026-11-01/MCD

See why in the console, by the path of an alarm:
python -m operations.console --outputs outputs.json

What failed:
- 5 readings of 2026-11-01 have no customer.

List and acknowledge them:
python -m operations.alarms --outputs outputs.json
"""
    )


def test_nothing_is_sent_where_nothing_changed() -> None:
    assert digest(DAY, 2, Tally(), 12, ["a failure"]) is None
    assert digest(DAY, 2, tally(missing(1), runs="another"), 12, []) is None


def test_a_run_that_makes_up_for_another_one_counts_its_changes_too() -> None:
    assert tally(silence(1, 1, OTHER), missing(2), runs="one two").by_code()["MCD"]["raised"] == 1
    updated = silence(1, 1, OTHER).after(Move.UPDATE, RUN)
    assert tally(updated).by_code()["MCD"]["updated"] == 1
    assert tally(updated, runs="one two").by_code()["MCD"] == {
        "found": 0, "raised": 1, "updated": 0, "escalated": 0, "cleared": 0,
    }  # fmt: skip


def test_an_alarm_that_ended_in_another_silence_is_not_counted_as_cleared() -> None:
    joined = silence(1, 1).after(Move.HEAL, replace(RUN, about={"joined": "2026-10-30"}))
    assert tally(joined).is_empty


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(0, 10**6))
def test_a_mail_is_short_and_ascii_whatever_happens(days: list[int], still_open: int) -> None:
    mail = digest(DAY, 1, tally(*(silence(number, each) for number, each in enumerate(days))), still_open, [])
    assert mail
    assert mail.subject.isascii()
    assert len(mail.subject) <= SUBJECT_LIMIT
    assert len(mail.body.splitlines()) < 20 + 3 * WORST
    assert max(map(len, mail.body.splitlines())) <= 60, "a phone shows about so much"


@given(st.lists(st.lists(st.integers(1, 5), max_size=15), max_size=4))
def test_tallies_of_shards_make_the_tally_of_the_run(shards: list[list[int]]) -> None:
    alarms = [
        [silence(100 * shard + each, days) for each, days in enumerate(found)] for shard, found in enumerate(shards)
    ]
    merged = Tally()
    for each in alarms:
        merged.merge(Tally.of_json(tally(*each).as_json()))
    assert merged == tally(*(alarm for each in alarms for alarm in each))


def test_a_sign_of_life_comes_after_a_week() -> None:
    week = timedelta(days=7)
    assert sign_of_life(NOW, None, DAY, 3) is None
    assert sign_of_life(NOW, NOW - week + timedelta(seconds=1), DAY, 3) is None
    mail = sign_of_life(NOW, NOW - week, DAY, 3)
    assert mail
    assert mail.subject == "No news of alarms since 2026-10-25; 3 open"
    assert mail.body.isascii()


def test_the_report_has_an_address_and_a_command_that_also_reaches_aws() -> None:
    mail = digest(DAY, 2, tally(missing(1)), 12, [], report=Report(uri="s3://enriched/reports/2.html"))
    assert mail
    said = "The report of this publication:\ns3://enriched/reports/2.html\nFetch it:\n"
    assert f"{said}python -m operations.report --outputs outputs.json --date {DAY}\n\n" in mail.body
    assert "What failed:" not in mail.body


def test_a_report_that_failed_is_among_what_failed() -> None:
    failed = Report(error="States.Timeout")
    mail = digest(DAY, 2, tally(missing(1)), 12, ["5 readings have no customer."], report=failed)
    assert mail
    assert "- 5 readings have no customer.\n- The report could not be made: States.Timeout." in mail.body
    assert "Fetch it:" not in mail.body


def test_only_a_report_that_failed_is_a_mail_of_its_own() -> None:
    assert report_failed(DAY, 2, None) is None
    assert report_failed(DAY, 2, Report(uri="s3://enriched/reports/2.html")) is None
    mail = report_failed(DAY, 2, Report(error="States.Timeout"))
    assert mail
    assert mail.subject == f"The report of {DAY} could not be made"
    assert "No alarm has changed." in mail.body
