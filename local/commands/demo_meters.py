"""The part of the demo about what a meter can send: 6 special metering points, and 12 more real days."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console

from artifacts import tfvars
from local.commands.console import new_table
from local.commands.verdict import DemoError, Verdict
from local.observe.day_objects import energy_of_customers
from local.observe.running import RunningStack
from seed.customers import HOUSEHOLD_NUMBER
from seed.demo import DEMO_DAY
from seed.household import DAY_WITH_A_GAP, TWELVE_DAYS, household_readings
from seed.keys import demo_api_key
from seed.loader import Delivery, Summary, reason_of, send
from seed.special import final_kwh, special_customers, special_deliveries

ZONE = ZoneInfo(tfvars.value("local", "time_zone"))
SPECIALS = special_customers(ZONE)


def require_none_refused(summary: Summary) -> None:
    if summary.refusals:
        first = summary.refusals[0]
        raise DemoError(
            f"{len(summary.refusals)} of {summary.requests} requests were refused, "
            f"the first for {first.number}: {first.status or 'no answer'} {first.reason}"
        )


def send_specials(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    """Sends the messages of the special metering points, one after the other. The order is part of the story."""
    table = new_table("Metering point", "What it shows")
    for special in SPECIALS:
        table.add_row(special.customer.metering_point, special.what)
    console.print(table)
    sent = [asyncio.run(send(stack.api_url, [delivery])) for delivery in special_deliveries(ZONE)]
    for summary in sent:
        require_none_refused(summary)
    late = sent[-1]
    verdict.note(
        "the late retry of a corrected message changed nothing",
        late.superseded == 1 and not late.revised and not late.stored,
    )


def send_twelve_days(stack: RunningStack, console: Console, verdict: Verdict) -> None:
    """Sends 12 more real days of the household, and reads their sums from the API."""
    key = demo_api_key(HOUSEHOLD_NUMBER)
    deliveries = [Delivery(HOUSEHOLD_NUMBER, key, household_readings(day, ZONE)) for day in TWELVE_DAYS]
    require_none_refused(asyncio.run(send(stack.api_url, deliveries)))
    answer = httpx.get(
        f"{stack.api_url}/v1/metering-points/{HOUSEHOLD_NUMBER}/days",
        params={"from": str(min(TWELVE_DAYS)), "to": str(max(TWELVE_DAYS))},
        headers={"x-api-key": key},
        trust_env=False,
        timeout=30,
    )
    if answer.status_code != 200:
        raise DemoError(f"the page of days answered {answer.status_code} {reason_of(answer)}")
    days = json.loads(answer.text, parse_float=Decimal)["days"]
    sums = {date.fromisoformat(day["date"]): Decimal(day["consumption_kwh"]) for day in days}
    gaps = {day["date"]: day["expected"] - day["received"] for day in days if day["received"] < day["expected"]}
    missing = ", ".join(f"{count} interval{'s' * (count > 1)} missing on {day}" for day, count in gaps.items())
    console.print(f"12 real days of {HOUSEHOLD_NUMBER}: [bold]{sum(sums.values())} kWh[/bold], {missing or 'no gap'}")
    verdict.note("12 real days come back with their published totals", sums == dict(TWELVE_DAYS))
    verdict.note(f"the one real gap, on {DAY_WITH_A_GAP}, is found", gaps == {str(DAY_WITH_A_GAP): 1})


def judge_specials(stack: RunningStack, verdict: Verdict) -> None:
    energy = energy_of_customers(stack, DEMO_DAY)
    for special in SPECIALS:
        number = special.customer.metering_point
        count, consumed, produced = final = final_kwh(special.customer, DEMO_DAY, ZONE)
        fed_in = f" and {produced} kWh fed in" if produced else ""
        promise = f"{number} {special.what}: {count} readings with {consumed} kWh{fed_in}"
        verdict.note(promise, energy.get(number) == final)
