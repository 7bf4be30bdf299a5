"""`make seed` makes demo customers and readings for a local stack."""

import argparse
import asyncio
import itertools
import os
import sys
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Console

from artifacts import tfvars
from local import shell
from local.commands.console import progress_bar
from local.front.values import LARGEST_CUSTOMERS
from local.launcher.failures import guarded
from local.launcher.hints import make
from local.observe.running import RunningStack, load
from operations.customer_table import CustomerTable, TableError
from seed.customers import demo_customers
from seed.demo import DEMO_CUSTOMERS, any_demo_customer
from seed.errors import SeedError
from seed.household import readings_of
from seed.keys import demo_api_key, demo_key_hashes
from seed.loader import CONCURRENCY, Delivery, Summary, send
from seed.local_only import require_local
from seed.special import SPECIALS, special_customers, special_readings

_SHOWN_REFUSALS = 10


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    return guarded(lambda: int(options.run(options, console)), options.stack, _tell)


def _tell(why: str) -> None:
    Console(stderr=True).print(f"seed: {why}", style="red", markup=False, soft_wrap=True)


def seed_customers(options: argparse.Namespace, console: Console) -> int:
    stack = _local_stack(options.stack)
    table = stack.outputs["customers_table"]
    with progress_bar(console, "Customers", options.count + SPECIALS) as advance:
        try:
            total = CustomerTable(stack.client("dynamodb"), table).replace(
                itertools.chain(demo_customers(options.count), (each.customer for each in special_customers(_zone()))),
                demo_key_hashes,
                written=advance,
            )
        except TableError as error:
            raise SeedError(str(error)) from error
    console.print(f"{total:,} demo customers are in the table {table}; for a local stack only.")
    return 0


def seed_readings(options: argparse.Namespace, console: Console) -> int:
    stack = _local_stack(options.stack)
    senders = [customer for customer in demo_customers(options.customers) if customer.active]
    days = [
        *((customer, readings_of(customer, options.date, _zone())) for customer in senders),
        *(
            (each.customer, special_readings(each.customer, options.date, _zone()))
            for each in special_customers(_zone())
        ),
    ]
    # A customer whose supply begins later has no reading to send.
    deliveries = [
        Delivery(customer.metering_point, demo_api_key(customer.metering_point), readings)
        for customer, readings in days
        if readings
    ]
    with progress_bar(console, f"Readings of {options.date}", len(deliveries)) as advance:
        summary = asyncio.run(
            send(
                stack.outputs["api_url"],
                deliveries,
                concurrency=options.concurrency,
                done=advance,
            )
        )
    _report(summary, options.date, stack.name, console)
    return 1 if summary.refusals else 0


def seed_demo(options: argparse.Namespace, console: Console) -> int:
    """Makes the customers and, with a date, sends their readings of that day."""
    options.count, options.concurrency = options.customers, CONCURRENCY
    code = seed_customers(options, console)
    return code or (seed_readings(options, console) if options.date else 0)


def show_key(options: argparse.Namespace, console: Console) -> int:
    console.print(demo_api_key(options.number))
    return 0


def _report(summary: Summary, day: date, stack: str, console: Console) -> None:
    console.print(
        f"{day}: {summary.requests:,} customers sent readings: {summary.stored:,} stored, "
        f"{summary.duplicates:,} duplicates, {summary.revised:,} revised; {summary.retries} tried again, "
        f"{len(summary.refusals)} refused."
    )
    for refusal in summary.refusals[:_SHOWN_REFUSALS]:
        console.print(f"  {refusal.number}: {refusal.status or 'no answer'} {refusal.reason}")
    if len(summary.refusals) > _SHOWN_REFUSALS:
        console.print(f"  and {len(summary.refusals) - _SHOWN_REFUSALS} more")
    if any(refusal.status == 403 for refusal in summary.refusals):
        seed = make("seed", stack, CUSTOMERS="...")
        console.print(f"A 403 says that the customer is not in the table: `{seed}` puts it there.")


def _local_stack(name: str) -> RunningStack:
    stack = load(name)
    require_local(stack.edge_url)
    return stack


def _zone() -> ZoneInfo:
    return ZoneInfo(tfvars.value("local", "time_zone"))


def _number_between(low: int, high: int, what: str) -> "argparse._ActionType":
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is no {what} from {low} to {high:,}")
        return int(text)

    return parse


def _demo_number(text: str) -> str:
    try:
        return any_demo_customer(text, _zone()).metering_point
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2007-02-01") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="seed", description="Demo data for a local stack only.")
    parser.add_argument(
        "--stack", default=os.environ.get("STACK") or "dev", help="the stack's name (default: $STACK or dev)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    count = _number_between(1, LARGEST_CUSTOMERS, "number of customers")

    customers = commands.add_parser("customers", help="put demo customers into the customers table")
    customers.add_argument("--count", type=count, default=DEMO_CUSTOMERS)
    customers.set_defaults(run=seed_customers)

    readings = commands.add_parser("readings", help="send a day of readings through the API")
    readings.add_argument("--date", type=_day, required=True, metavar="YYYY-MM-DD")
    readings.add_argument("--customers", type=count, default=DEMO_CUSTOMERS)
    readings.add_argument("--concurrency", type=_number_between(1, 64, "number of requests"), default=CONCURRENCY)
    readings.set_defaults(run=seed_readings)

    demo = commands.add_parser("demo", help="both: the customers and, with a date, their readings")
    demo.add_argument("--customers", type=count, default=DEMO_CUSTOMERS)
    demo.add_argument("--date", type=_day, metavar="YYYY-MM-DD")
    demo.set_defaults(run=seed_demo)

    key = commands.add_parser("key", help="print the demo key of a metering point")
    key.add_argument("number", type=_demo_number)
    key.set_defaults(run=show_key)
    return parser


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
