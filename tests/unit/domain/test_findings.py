"""Each check of a customer's day finds its fault and nothing else."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.findings import CHECKS, CODES, NOTHING, Finding, ReportedDay, Severity, judge
from domain.findings.check import MOST_INTERVALS
from domain.findings.checks.missing_parameters import COLUMNS, INCOMPLETE, LACKING
from domain.intervals import interval_starts
from tests.support.terraform_code import TERRAFORM
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB, a_customer

DAYS = [SPRING, AUTUMN, date(2026, 7, 1)]
ANY_DAY = st.sampled_from(DAYS).map(lambda day: LocalDay(day, ZAGREB))
ANY_CUSTOMER = st.builds(
    lambda kind, active: a_customer(7, kind, active=active), st.sampled_from(list(CustomerType)), st.booleans()
)


@st.composite
def reported_days(draw: st.DrawFn, day: LocalDay) -> ReportedDay:
    received = draw(st.sets(st.sampled_from(interval_starts(day))))
    lacking = draw(st.sets(st.sampled_from(COLUMNS))) if received else set()
    without = draw(st.integers(1, len(received))) if lacking else 0
    return ReportedDay(len(received), frozenset(received), lacks(without, lacking))


def lacks(readings: int, columns: Collection[str]) -> dict[str, Any]:
    """Returns the measures of this number of readings that lack one of these network parameters."""
    return {INCOMPLETE: readings, LACKING: [column if column in columns else None for column in COLUMNS]}


def complete(day: LocalDay) -> ReportedDay:
    return ReportedDay(len(interval_starts(day)), interval_starts(day))


def alarms_of(customer: Customer, day: LocalDay, reported: ReportedDay) -> list[Finding]:
    """Returns the findings that people are told of."""
    return [finding for finding in judge(customer, day, reported) if finding.check.severity is Severity.ALARM]


def types(alarms: list[Finding]) -> list[str]:
    return [alarm.code for alarm in alarms]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("kind", list(CustomerType))
def test_a_complete_day_raises_nothing(day: date, kind: str) -> None:
    local = LocalDay(day, ZAGREB)
    assert alarms_of(a_customer(1, kind), local, complete(local)) == []


@pytest.mark.parametrize(("day", "expected"), [(SPRING, 92), (AUTUMN, 100), (date(2026, 7, 1), 96)])
def test_a_silent_customer_raises_mcd_alone(day: date, expected: int) -> None:
    for kind in CustomerType:
        (alarm,) = alarms_of(a_customer(1, kind), LocalDay(day, ZAGREB), NOTHING)
        assert (alarm.code, alarm.details) == ("MCD", {"expected_intervals": expected})


@pytest.mark.parametrize(("day", "expected"), [(SPRING, 92), (AUTUMN, 100)])
def test_gaps_on_a_day_of_a_clock_change(day: date, expected: int) -> None:
    local = LocalDay(day, ZAGREB)
    kept = [interval for index, interval in enumerate(interval_starts(local)) if index not in (0, 8, expected - 1)]
    (alarm,) = alarms_of(a_customer(), local, ReportedDay(len(kept), kept))
    assert alarm.code == "ICD"
    assert alarm.details == {
        "expected_intervals": expected,
        "received_intervals": expected - 3,
        "missing_intervals": 3,
        "first_missing_intervals": [
            interval_starts(local)[index].strftime("%Y-%m-%dT%H:%M:%SZ") for index in (0, 8, expected - 1)
        ],
    }


@pytest.mark.parametrize("day", DAYS)
def test_any_one_missing_interval_raises_icd(day: date) -> None:
    local = LocalDay(day, ZAGREB)
    for missing in interval_starts(local):
        kept = [interval for interval in interval_starts(local) if interval != missing]
        (alarm,) = alarms_of(a_customer(), local, ReportedDay(len(kept), kept))
        assert (alarm.code, alarm.details["missing_intervals"]) == ("ICD", 1)


def test_ninety_six_readings_do_not_fill_a_day_of_a_hundred() -> None:
    local = LocalDay(AUTUMN, ZAGREB)
    (alarm,) = alarms_of(a_customer(), local, ReportedDay(96, interval_starts(local)[:96]))
    assert (alarm.code, alarm.details["missing_intervals"]) == ("ICD", 4)


def test_readings_of_another_day_fill_no_gap() -> None:
    local = LocalDay(SPRING, ZAGREB)
    shifted = [interval + timedelta(days=1) for interval in interval_starts(local)]
    (alarm,) = alarms_of(a_customer(), local, ReportedDay(len(shifted), shifted))
    assert (alarm.code, alarm.details["received_intervals"]) == ("ICD", 0)


@pytest.mark.parametrize("kind", ["HHP", "I", "C", "P"])
def test_one_reading_without_one_parameter_raises_mnp(kind: str) -> None:
    local = LocalDay(SPRING, ZAGREB)
    (alarm,) = alarms_of(
        a_customer(1, kind), local, ReportedDay(92, interval_starts(local), lacks(1, {"voltage_drops"}))
    )
    assert alarm.code == "MNP"
    assert alarm.details == {"readings": 92, "readings_without_parameters": 1, "missing_parameters": ["voltage_drops"]}


def test_a_household_need_not_report_parameters() -> None:
    local = LocalDay(SPRING, ZAGREB)
    assert alarms_of(a_customer(1, "HH"), local, ReportedDay(92, interval_starts(local), lacks(92, COLUMNS))) == []


def test_gaps_and_missing_parameters_raise_both() -> None:
    local = LocalDay(SPRING, ZAGREB)
    reported = ReportedDay(1, interval_starts(local)[:1], lacks(1, COLUMNS))
    assert types(alarms_of(a_customer(1, "I"), local, reported)) == ["ICD", "MNP"]


@given(st.data(), ANY_DAY)
def test_the_rules_together(data: st.DataObject, day: LocalDay) -> None:
    someone = data.draw(ANY_CUSTOMER)
    reported = data.draw(reported_days(day))
    found = types(alarms_of(someone, day, reported))
    expected = []
    if someone.active:
        expected += ["MCD"] if not reported.readings else []
        expected += ["ICD"] if 0 < reported.readings < len(interval_starts(day)) else []
        expected += ["MNP"] if someone.type != "HH" and reported.measured[INCOMPLETE] else []
    assert found == expected


@given(st.data(), ANY_DAY)
def test_what_icd_tells_adds_up(data: st.DataObject, day: LocalDay) -> None:
    reported = data.draw(reported_days(day))
    for alarm in alarms_of(a_customer(), day, reported):
        if alarm.code == "ICD":
            details = alarm.details
            assert details["received_intervals"] + details["missing_intervals"] == details["expected_intervals"]
            assert len(details["first_missing_intervals"]) == min(details["missing_intervals"], MOST_INTERVALS)
            assert details["first_missing_intervals"] == sorted(details["first_missing_intervals"])


@given(st.data(), ANY_DAY)
def test_the_order_of_arrival_does_not_matter(data: st.DataObject, day: LocalDay) -> None:
    received = data.draw(st.lists(st.sampled_from(interval_starts(day)), min_size=1, unique=True))
    one = alarms_of(a_customer(), day, ReportedDay(len(received), received))
    other = alarms_of(a_customer(), day, ReportedDay(len(received), sorted(received)))
    assert one == other


def test_the_registry_has_no_code_and_no_measure_twice() -> None:
    assert len(set(CODES)) == len(CHECKS)
    measures = [measure for check in CHECKS for measure in check.measures.items()]
    assert len(dict(measures)) == len(set(measures))


def test_terraform_names_no_check() -> None:
    """A new check needs no change of the infrastructure."""
    named = [path for path in TERRAFORM.rglob("*.tf*") if re.search(rf"\b({'|'.join(CODES)})\b", path.read_text())]
    assert named == []
