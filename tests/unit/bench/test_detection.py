"""The checks find the stated shares of planted faults, and raise no more false alarms than stated.

`python -m bench.detection` measures the same with more customers, and writes docs/detection.md. Here are fewer
customers, one day for the faults and another seed. So a share may be a little lower by chance (`TOLERANCE`).
"""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bench.detection import __main__ as detection
from bench.detection.document import document, missed, read_limits
from bench.detection.faults import FAULTS
from bench.detection.power import Plan, Power, Share, measure
from bench.detection.real_days import read_subjects
from bench.detection.synthetic import make_subjects
from domain.findings import CODES

SEED, SUBJECTS = 4, 60
TOLERANCE = 4.0
"""In percent of the planted faults."""
DAYS = [day for day in detection.SYNTHETIC_DAYS if day >= date(2026, 10, 8)]
PLANTED = date(2026, 11, 12)


@pytest.fixture(scope="module")
def powers() -> Mapping[str, Power]:
    """The synthetic customers get each fault on one day. The real household's days are judged without a fault."""
    zone = detection.SYNTHETIC_ZONE
    gated = [fault for fault in FAULTS if fault.name in read_limits().least_percent and fault.name != "clock-slip"]
    subjects = make_subjects(SUBJECTS, DAYS, zone, SEED)
    synthetic = measure(subjects, Plan(frozenset(DAYS[28:]), (PLANTED,), gated), zone, SEED)
    paris = ZoneInfo("Europe/Paris")
    household = read_subjects(detection.DAYS, paris)
    real = measure(household, Plan(frozenset(household[0].days), (), ()), paris, SEED)
    return {"real": real, "synthetic": synthetic}


def test_the_stated_shares_are_found(powers: Mapping[str, Power]) -> None:
    shares, limits = powers["synthetic"].shares, read_limits().least_percent
    assert shares.keys() == limits.keys() - {"clock-slip"}
    low = {name: share.percent for name, share in shares.items() if share.percent < limits[name] - TOLERANCE}
    assert low == {}
    assert all(share.planted > 10 for share in shares.values())


def test_false_alarms_are_as_rare_as_stated(powers: Mapping[str, Power]) -> None:
    clean = sum(power.clean_days for power in powers.values())
    alarms = [row for power in powers.values() for row in power.false_days]
    assert clean > 600
    assert len(alarms) <= max(1, read_limits().most_alarms_per_thousand * clean / 1_000), alarms


def test_the_real_household_raises_no_alarm(powers: Mapping[str, Power]) -> None:
    assert (powers["real"].clean_days, powers["real"].false_days) == (13, [])


def test_a_missed_limit_is_named() -> None:
    power = Power(1, clean_days=1_000)
    power.false_alarms.update({"SPK": 3, "VOL": 9})
    power.shares = {"unit": Share(planted=100, found=94), "register": Share(planted=100, found=95)}
    assert missed(read_limits(), [power]) == [
        "unit: 94.0 % found, at least 95 % are stated",
        "3.00 alarms in 1,000 clean days, at most 2 are stated",
    ]


def test_the_document_has_each_fault_and_each_check(powers: Mapping[str, Power]) -> None:
    """The document in the repository is the one of the last measurement. It lists the same faults and checks."""
    text = document(powers, SEED, "`seed/data`")
    for written in (text, detection.DOCUMENT.read_text(encoding="utf-8")):
        assert [fault.name for fault in FAULTS if f"(`{fault.name}`)" not in written] == []
        assert [code for code in CODES if f"| {code} | " not in written] == []
