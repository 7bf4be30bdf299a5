"""`make demo` sends a day of readings, runs the pipeline, and shows the objects, alarms and e-mails."""

import argparse
import asyncio
import contextlib
import os
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import batched
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.markup import escape

from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from local import shell
from local.commands.alarms import desk_of
from local.commands.console import new_table, progress_bar, run_tool
from local.commands.demo_late import show_late_correction, show_late_readings
from local.commands.demo_meters import (
    SPECIALS,
    ZONE,
    judge_specials,
    require_none_refused,
    send_specials,
    send_twelve_days,
)
from local.commands.messages import alarm_table, show_email
from local.commands.pipeline import object_table, show_pipeline
from local.commands.verdict import DemoError, Verdict
from local.launcher.hints import make
from local.observe.alarm_queue import AlarmMessage, peek_alarms
from local.observe.day_objects import customer_day, day_objects
from local.observe.running import RunningStack, load
from operations.alarms import Wanted
from operations.mailbox import Email, sent_emails
from seed.customers import HOUSEHOLD_NUMBER, demo_customer, demo_customers, demo_number
from seed.demo import (
    ANOTHER,
    DEMO_CUSTOMERS,
    DEMO_DAY,
    WRONG_KEY,
    demo_readings,
    demo_senders,
)
from seed.demo_faults import planted_faults
from seed.household import HOUSEHOLD_DAY_KWH
from seed.keys import demo_api_key
from seed.loader import Delivery, Summary, reason_of, send
from seed.local_only import require_local
from seed.readings import DemoReading

_BARS = "▁▂▃▄▅▆▇█"
_EMAIL_LINES = 40
_DEMO_NUMBERS = (
    *(demo_number(index) for index in range(DEMO_CUSTOMERS)),
    *(special.customer.metering_point for special in SPECIALS),
)


@dataclass(frozen=True, slots=True)
class Reported:
    """Holds the messages and e-mails about the demo's day so far, and the demo's open alarms: number and check."""

    alarms: list[AlarmMessage]
    emails: list[Email]
    open: list[tuple[str, str]]

    @classmethod
    def read(cls, stack: RunningStack) -> "Reported":
        day = str(DEMO_DAY)
        return cls(
            [alarm for alarm in peek_alarms(stack) if alarm.body["date"] == day],
            [email for email in sent_emails(stack.edge_url) if day in email.subject],
            [
                (alarm.metering_point, alarm.code)
                for alarm in desk_of(stack).alarms(Wanted("open"))
                if alarm.covers(DEMO_DAY) and alarm.metering_point in _DEMO_NUMBERS
            ],
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.demo", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_demo, options), options.stack)


def _demo(options: argparse.Namespace, console: Console) -> int:
    try:
        return tell(load(options.stack), console)
    except DemoError as error:
        console.print(f"[red]The demo stopped:[/red] {escape(str(error))}", soft_wrap=True)
        return 1


def tell(stack: RunningStack, console: Console) -> int:
    """Tells the whole story. Returns 0 if every planted fault was found, and no other."""
    started = time.monotonic()
    verdict = Verdict()
    others = _active_others(stack)
    before = Reported.read(stack)
    _heading(console, 1, f"A day of readings, {DEMO_DAY}, through the API")
    summary = _send_day(stack, console)
    send_specials(stack, console, verdict)
    send_twelve_days(stack, console, verdict)
    _try_wrong_key(stack, console, verdict)
    _heading(console, 2, "The pipeline: export, enrich, raise alarms")
    if not show_pipeline(stack, str(DEMO_DAY), console).succeeded:
        raise DemoError(f"the pipeline failed; `{make('logs', stack.name)}` shows more")
    _heading(console, 3, "What came out: objects")
    console.print(object_table(day_objects(stack, DEMO_DAY)))
    _show_household(stack, console, verdict)
    judge_specials(stack, verdict)
    _heading(console, 4, "What came out: alarms")
    after = Reported.read(stack)
    _show_alarms(before, after, others, make("messages", stack.name), console)
    _judge_alarms(after, verdict)
    _judge_repetition(before, after, summary, verdict)
    console.print(f"`{make('alarms', stack.name)}` lists them, acknowledges one and clears one.", soft_wrap=True)
    _heading(console, 5, "A late correction: caught up, and what it changed")
    show_late_correction(stack, console, verdict)
    _heading(console, 6, "Late readings: the alarms are cleared")
    show_late_readings(stack, console, verdict)
    _show_mails(after, Reported.read(stack), make("messages", stack.name), console)
    return _conclude(console, verdict, time.monotonic() - started, stack.name)


def _heading(console: Console, number: int, text: str) -> None:
    console.print()
    console.rule(f"[bold]{number}  {text}[/bold]", align="left")


def _active_others(stack: RunningStack) -> int:
    """Returns the number of active other customers. Raises `DemoError` if a demo customer is missing."""
    dynamodb, numbers = stack.client("dynamodb"), dict[str, bool]()
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs["customers_table"],
        ProjectionExpression="billing_metering_point_number, active",
    )
    for page in pages:
        for item in page["Items"]:
            with contextlib.suppress(InvalidMeteringPointError):  # the pipeline sets such an item aside and reports it
                number = parse_metering_point(item["billing_metering_point_number"]["S"])
                numbers[number] = item.get("active", {}).get("BOOL") is True
    missing = [number for number in _DEMO_NUMBERS if number not in numbers]
    if missing:
        seed = make("seed", stack.name, CUSTOMERS=DEMO_CUSTOMERS)
        raise DemoError(
            f"it needs {len(_DEMO_NUMBERS)} demo customers, and {len(missing)} of them, such as {missing[0]}, "
            f"are not in the table: `{seed}` adds them"
        )
    return sum(active for number, active in numbers.items() if number not in _DEMO_NUMBERS)


def _send_day(stack: RunningStack, console: Console) -> Summary:
    senders = demo_senders()
    deliveries = (
        Delivery(each.metering_point, demo_api_key(each.metering_point), demo_readings(each, ZONE)) for each in senders
    )
    inactive = sum(not customer.active for customer in demo_customers(DEMO_CUSTOMERS))
    console.print(
        f"Of the demo's {DEMO_CUSTOMERS} customers {len(senders)} send a day each, "
        f"{inactive} are inactive and one is silent. Faults planted:"
    )
    table = new_table("Metering point", "Customer", "Type", "Fault", "Must raise")
    for fault in planted_faults():
        customer = fault.customer
        table.add_row(customer.metering_point, customer.name, customer.type, fault.what, f"[bold]{fault.raises}[/bold]")
    console.print(table)
    started = time.monotonic()
    with progress_bar(console, "Sending", len(senders)) as advance:
        summary = asyncio.run(send(require_local(stack.api_url), deliveries, done=advance))
    require_none_refused(summary)
    console.print(
        f"{summary.requests} requests in {time.monotonic() - started:.1f} s: "
        f"[bold]{summary.stored:,} readings stored[/bold], "
        f"{summary.duplicates:,} duplicates, {summary.revised:,} revised."
    )
    return summary


def _try_wrong_key(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    customer = demo_customer(WRONG_KEY)
    reading = DemoReading(demo_readings(customer, ZoneInfo("UTC"))[0].interval_start, 9_999.0)
    answer = httpx.post(
        f"{stack.api_url}/v1/metering-points/{WRONG_KEY}/readings",
        json={"readings": [reading.as_json()]},
        headers={"x-api-key": demo_api_key(ANOTHER)},
        trust_env=False,
        timeout=30,
    )
    console.print(
        f"One more for {WRONG_KEY} with another customer's key: "
        f"[bold]{answer.status_code} {escape(reason_of(answer))}[/bold]"
    )
    verdict.note("a wrong key is refused with 403", answer.status_code == 403)


def _show_household(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    load_curve, customer = customer_day(stack, DEMO_DAY, HOUSEHOLD_NUMBER)
    total = sum(load_curve)
    who = f"{HOUSEHOLD_NUMBER} ({customer.get('name')}, {customer.get('city')}, {customer.get('type')})"
    console.print(f"\nThe real household, {escape(who)}, in the enriched object: [bold]{total:.3f} kWh[/bold]")
    _show_load_curve([float(value) for value in load_curve], console)
    console.print(
        "Data: G. Hebrail, A. Berard, Individual Household Electric Power Consumption, UCI, 2012, CC BY 4.0",
        style="dim",
    )
    right = f"{total:.3f}" == f"{HOUSEHOLD_DAY_KWH:.3f}"
    verdict.note(f"the household's day is {HOUSEHOLD_DAY_KWH:.3f} kWh in the enriched object", right)


def _show_load_curve(values: list[float], console: Console) -> None:
    """Prints a character for each quarter-hour, or for each half-hour on a narrow terminal, and the hours below."""
    for_an_hour = 4 if console.width >= len(values) else 2
    if for_an_hour == 2:
        values = [sum(pair) for pair in batched(values, 2, strict=False)]
    console.print(sparkline(values), style="cyan", soft_wrap=True)
    hours = (f"{hour:02}:00".ljust(3 * for_an_hour) for hour in range(0, 24, 3))
    console.print("".join(hours).rstrip(), style="dim", soft_wrap=True)


def sparkline(values: list[float]) -> str:
    """Returns one character for each value. Its height is the value's share of the highest value."""
    highest = max(values, default=0) or 1
    return "".join(_BARS[round(value / highest * (len(_BARS) - 1))] for value in values)


def _show_alarms(before: Reported, after: Reported, others: int, rest: str, console: Console) -> None:
    demo = [alarm for alarm in after.alarms if _is_demos(alarm)]
    known = {alarm.id for alarm in before.alarms}
    new = [alarm for alarm in after.alarms if alarm.id not in known]
    console.print(f"Messages in the alarm queue about {DEMO_DAY}, {len(new)} of them new:")
    console.print(alarm_table(demo))
    if len(after.alarms) > len(demo):
        console.print(
            f"and {len(after.alarms) - len(demo):,} about other customers, who sent nothing that day "
            f"(the table has {others:,} of them that are active)"
        )
    if not _show_mails(before, after, rest, console):
        for email in after.emails:
            console.print(f"  sent before, {email.sent:%Y-%m-%d %H:%M:%S}: {escape(email.subject)}")


def _show_mails(before: Reported, after: Reported, rest: str, console: Console) -> int:
    """Shows the e-mails since `before`. Returns their number."""
    seen = {email.id for email in before.emails}
    mails = [email for email in after.emails if email.id not in seen]
    console.print(f"\nE-mails sent meanwhile: {len(mails)}")
    for email in mails:
        show_email(email, console, most_lines=_EMAIL_LINES, rest=rest)
    return len(mails)


def _is_demos(alarm: AlarmMessage) -> bool:
    return alarm.body["billing_metering_point_number"] in _DEMO_NUMBERS


def _judge_alarms(after: Reported, verdict: Verdict) -> None:
    raised = after.open
    planted = [(fault.customer.metering_point, str(fault.raises)) for fault in planted_faults()]
    for number, error_type in planted:
        verdict.note(f"{number} raised {error_type}, once", raised.count((number, error_type)) == 1)
    honest = len(_DEMO_NUMBERS) - len(planted)
    verdict.note(f"none of the {honest} others raised an alarm", set(raised) <= set(planted))
    told = [email for email in after.emails if email.subject.startswith(f"Alarms of {DEMO_DAY}: ")]
    verdict.note("one e-mail told the administrator of the run's alarms", len(told) >= 1)


def _judge_repetition(before: Reported, after: Reported, summary: Summary, verdict: Verdict) -> None:
    if before.alarms and not summary.stored and not summary.revised:
        unique = {(alarm.body["alarm_id"], alarm.body["sequence"]) for alarm in after.alarms}
        same = len(unique) == len(after.alarms) and len(set(after.open)) == len(after.open)
        verdict.note("the same day again: only duplicates, and no second alarm", same)


def _conclude(console: Console, verdict: Verdict, seconds: float, stack: str) -> int:
    _heading(console, 7, "As planted?")
    for promise in verdict.kept:
        console.print(f"  [green]✓[/green] {promise}")
    for promise in verdict.broken:
        console.print(f"  [red]✗ {promise}: NO[/red]")
    then = [make("alarms", stack), make("logs", stack), make("pipeline", stack, DATE="..."), make("demo", stack)]
    console.print(f"\n{seconds:.0f} s. Next: {', '.join(f'`{command}`' for command in then)} again.", soft_wrap=True)
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
