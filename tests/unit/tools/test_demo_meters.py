"""The demo's verdict names each promise about meters. A promise is broken if the stack answers otherwise."""

import json
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from rich.console import Console

from local.commands import demo_meters
from local.commands.demo_meters import SPECIALS, ZONE
from local.commands.verdict import DemoError, Verdict
from seed.demo import DEMO_DAY
from seed.household import DAY_WITH_A_GAP, TWELVE_DAYS, household_readings
from seed.loader import Delivery, Summary
from seed.special import CORRECTED, final_kwh

STACK = cast("Any", SimpleNamespace(api_url="http://127.0.0.1:4566/api"))
RIGHT = {each.customer.metering_point: final_kwh(each.customer, DEMO_DAY, ZONE) for each in SPECIALS}


def judged(monkeypatch: pytest.MonkeyPatch, energy: dict[str, tuple[int, Decimal, Decimal]]) -> Verdict:
    verdict = Verdict()
    monkeypatch.setattr(demo_meters, "energy_of_customers", lambda *_: energy)
    demo_meters.judge_specials(STACK, verdict)
    return verdict


def test_each_special_metering_point_is_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = judged(monkeypatch, RIGHT)
    assert [promise.split()[0] for promise in verdict.kept] == list(RIGHT)
    assert verdict.broken == []


def test_a_correction_that_was_undone_breaks_its_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    count, consumed, produced = RIGHT[CORRECTED]
    verdict = judged(monkeypatch, RIGHT | {CORRECTED: (count, consumed - 1, produced)})
    assert [promise.split()[0] for promise in verdict.broken] == [CORRECTED]


def sending(summaries: Callable[[int], Summary]) -> tuple[Any, list[Delivery]]:
    """Returns a stand-in for `seed.loader.send` and the list of the deliveries that it gets."""
    sent: list[Delivery] = []

    async def send(_url: str, deliveries: list[Delivery]) -> Summary:
        sent.extend(deliveries)
        return summaries(len(sent))

    return send, sent


@pytest.mark.parametrize(("superseded", "revised", "kept"), [(1, 0, True), (0, 1, False), (0, 0, False)])
def test_the_late_retry_must_be_superseded(
    monkeypatch: pytest.MonkeyPatch, superseded: int, revised: int, kept: bool
) -> None:
    send, sent = sending(lambda _: Summary(superseded=superseded, revised=revised))
    monkeypatch.setattr(demo_meters, "send", send)
    verdict = Verdict()
    demo_meters.send_specials(STACK, Console(quiet=True), verdict)
    assert (bool(verdict.kept), bool(verdict.broken)) == (kept, not kept)
    assert [each.number for each in sent[-3:]] == [CORRECTED] * 3


def days(gap: int = 1) -> list[dict[str, Any]]:
    return [
        {
            "date": str(day),
            "consumption_kwh": float(total),
            "expected": 96,
            "received": 96 - gap if day == DAY_WITH_A_GAP else 96,
        }
        for day, total in TWELVE_DAYS.items()
    ]


@pytest.mark.parametrize(("found", "broken"), [(days(), 0), (days(gap=0), 1), (days()[1:], 1)])
def test_the_12_days_are_judged_by_the_page_of_days(
    monkeypatch: pytest.MonkeyPatch, found: list[dict[str, Any]], broken: int
) -> None:
    send, sent = sending(lambda _: Summary())
    monkeypatch.setattr(demo_meters, "send", send)
    monkeypatch.setattr(httpx, "get", lambda *_, **__: httpx.Response(200, text=json.dumps({"days": found})))
    verdict = Verdict()
    demo_meters.send_twelve_days(STACK, Console(quiet=True), verdict)
    assert len(verdict.broken) == broken
    assert [each.readings for each in sent] == [household_readings(day, ZONE) for day in TWELVE_DAYS]


def test_a_page_of_days_that_is_refused_stops_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    send, _ = sending(lambda _: Summary())
    monkeypatch.setattr(demo_meters, "send", send)
    monkeypatch.setattr(httpx, "get", lambda *_, **__: httpx.Response(503, json={"message": "Service Unavailable"}))
    with pytest.raises(DemoError, match="503 Service Unavailable"):
        demo_meters.send_twelve_days(STACK, Console(quiet=True), Verdict())
