"""The parts of the demo about late data: the catch-up finds a correction, and late readings clear the alarms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
from rich.console import Console

from domain.alarms import DATA, State
from domain.days import format_instant
from domain.publications import Publication
from local.commands.alarms import desk_of
from local.commands.console import new_table
from local.commands.demo_meters import ZONE
from local.commands.pipeline import show_execution
from local.commands.published import archive_of
from local.commands.verdict import DemoError, Verdict
from local.observe.day_objects import energy_of_customers
from local.observe.running import RunningStack
from operations.alarms import Wanted, listed
from operations.published import Archive, described
from seed.customers import demo_customer
from seed.demo import DEMO_DAY, demo_readings, demo_senders, late_readings
from seed.demo_faults import SILENT, WITH_GAPS
from seed.keys import demo_api_key
from seed.loader import reason_of
from seed.readings import DemoReading

CORRECTION_KWH = 0.25
CUSTOMER = demo_senders()[-1]
LATE = CUSTOMER.metering_point


def show_late_correction(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    """Sends a correction after the day was published, and runs the catch-up as the hourly rule does.

    In the end the former value is sent again, so that the demo can be repeated. The next catch-up publishes that.
    """
    archive = archive_of(stack)
    before, kwh_before = _newest(archive), _kwh_of(stack)
    sent = demo_readings(CUSTOMER, ZONE)[0]
    _send(stack, [replace(sent, consumption_kwh=round(sent.consumption_kwh + CORRECTION_KWH, 4))])
    console.print(f"{LATE} corrects its first reading of {DEMO_DAY} by {CORRECTION_KWH} kWh, after the publication.")
    try:
        after = _caught_up(stack, archive, before, console)
        table = new_table("Publication", "kWh of the day", f"kWh of {LATE}", right=("kWh of the day",))
        table.add_row(f"{before.number}, before", before.kwh, kwh_before)
        table.add_row(f"{after.number}, after", after.kwh, _kwh_of(stack))
        console.print(table)
        for line in described(after):
            console.print(line, soft_wrap=True, markup=False)
        _judge(archive, before, after, verdict)
    finally:
        _send(stack, [sent])


def show_late_readings(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    """Sends the readings that were missing, and catches up. In the end they are withdrawn, so the demo can be repeated.

    The next run of the day publishes that, and opens the alarms again.
    """
    late = [demo_customer(SILENT), demo_customer(WITH_GAPS)]
    archive = archive_of(stack)
    before = _newest(archive)
    for customer in late:
        _send(stack, late_readings(customer, ZONE), customer.metering_point)
    console.print(f"{SILENT} and {WITH_GAPS} send the readings that were missing.")
    try:
        _caught_up(stack, archive, before, console)
        alarms = [
            alarm
            for customer in late
            for alarm in desk_of(stack).alarms(Wanted("all", customer.metering_point))
            if alarm.covers(DEMO_DAY)
        ]
        for line in listed(alarms):
            console.print(line, soft_wrap=True, markup=False)
        cleared = [alarm for alarm in alarms if alarm.state is State.CLEARED and alarm.history[-1]["by"] == DATA]
        verdict.note("late readings cleared 2 alarms, without a person", len(cleared) == len(alarms) == 2)
    finally:
        for customer in late:
            _withdraw(stack, customer.metering_point, late_readings(customer, ZONE))


def _caught_up(stack: RunningStack, archive: Archive, before: Publication, console: Console) -> Publication:
    """Runs the catch-up. Where other days come first, or another catch-up works, it runs this day alone."""
    for pipeline_input in ({"catch_up": True}, {"date": str(DEMO_DAY), "catch_up": True}):
        if not show_execution(stack, pipeline_input, console).succeeded:
            raise DemoError("the catch-up failed")
        after = _newest(archive)
        if after.number > before.number:
            return after
    raise DemoError(f"the catch-up added no publication after {before.number}")


def _judge(archive: Archive, before: Publication, after: Publication, verdict: Verdict) -> None:
    change = after.change
    verdict.note(
        "the late correction is published: 1 of the shards, 1 metering point, 1 interval",
        change is not None and (change.parts, change.metering_points, change.intervals) == (1, 1, 1),
    )
    faults = [archive.fault_of(bucket, part) for each in (before, after) for bucket, part in archive.parts(each)]
    verdict.note("both publications are there byte for byte, by version and SHA-256", not any(faults))


def _newest(archive: Archive) -> Publication:
    numbers = archive.numbers(DEMO_DAY)
    if not numbers:
        raise DemoError(f"{DEMO_DAY} has no publication")
    return archive.publication(DEMO_DAY, numbers[-1])


def _kwh_of(stack: RunningStack) -> str:
    return str(energy_of_customers(stack, DEMO_DAY)[LATE][1])


def _send(stack: RunningStack, readings: Sequence[DemoReading], number: str = LATE) -> None:
    answer = httpx.post(
        f"{stack.api_url}/v1/metering-points/{number}/readings",
        json={"readings": [reading.as_json() for reading in readings]},
        headers={"x-api-key": demo_api_key(number)},
        trust_env=False,
        timeout=30,
    )
    if answer.status_code != 200:
        raise DemoError(f"the correction was refused: {answer.status_code} {reason_of(answer)}")


def _withdraw(stack: RunningStack, number: str, readings: Sequence[DemoReading]) -> None:
    """Withdraws the readings, one call for each run of intervals in a row."""
    starts = [reading.interval_start for reading in readings]
    length = timedelta(minutes=15)
    edges = [index for index, start in enumerate(starts) if index == 0 or start - starts[index - 1] != length]
    for first, end in zip(edges, [*edges[1:], len(starts)], strict=True):
        answer = httpx.delete(
            f"{stack.api_url}/v1/metering-points/{number}/readings",
            params={"from": format_instant(starts[first]), "to": format_instant(starts[end - 1] + length)},
            headers={"x-api-key": demo_api_key(number)},
            trust_env=False,
            timeout=30,
        )
        if answer.status_code != 200:
            raise DemoError(f"the withdrawal was refused: {answer.status_code} {reason_of(answer)}")
