"""The part of the demo about a late correction: the catch-up finds it, and the publications show what it changed."""

from dataclasses import replace

import httpx
from rich.console import Console

from domain.publications import Publication
from local.commands.console import new_table
from local.commands.demo_meters import ZONE
from local.commands.pipeline import show_execution
from local.commands.published import archive_of
from local.commands.verdict import DemoError, Verdict
from local.observe.day_objects import energy_of_customers
from local.observe.running import RunningStack
from operations.published import Archive, described
from seed.demo import DEMO_DAY, demo_readings, demo_senders
from seed.keys import demo_api_key
from seed.loader import reason_of
from seed.readings import DemoReading

CORRECTION_KWH = 1.25
CUSTOMER = demo_senders()[-1]
LATE = CUSTOMER.metering_point


def show_late_correction(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    """Sends a correction after the day was published, and runs the catch-up as the hourly rule does.

    In the end the former value is sent again, so that the demo can be repeated. The next catch-up publishes that.
    """
    archive = archive_of(stack)
    before, kwh_before = _newest(archive), _kwh_of(stack)
    sent = demo_readings(CUSTOMER, ZONE)[0]
    _send(stack, replace(sent, consumption_kwh=round(sent.consumption_kwh + CORRECTION_KWH, 4)))
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
        _send(stack, sent)


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


def _send(stack: RunningStack, reading: DemoReading) -> None:
    answer = httpx.post(
        f"{stack.api_url}/v1/metering-points/{LATE}/readings",
        json={"readings": [reading.as_json()]},
        headers={"x-api-key": demo_api_key(LATE)},
        trust_env=False,
        timeout=30,
    )
    if answer.status_code != 200:
        raise DemoError(f"the correction was refused: {answer.status_code} {reason_of(answer)}")
