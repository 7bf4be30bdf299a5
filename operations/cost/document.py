"""Writes docs/cost.md: the month's price of `aws.tfvars`, what changes it, and the prices with their dates."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from operations.cost.lines import ENDPOINTS, Bill, Line, interface_endpoints, lines, nat_gateways, total
from operations.cost.load import Load
from operations.cost.prices import Price, Prices
from operations.tfvars import read_tfvars

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENTS = REPOSITORY / "terraform" / "environments"
PRODUCTION, STAGING = ("aws.tfvars",), ("aws.tfvars", "staging.tfvars")
STAGING_LOAD = Load(metering_points=100)
"""Staging has the customers of the tests alone."""

LOADS = (1_000, 10_000, 100_000, 300_000, 1_000_000)
YEARS = (1 / 12, 1, 5)
GROWING = ("database storage", "objects", "logs")
MARGIN, STEP = 1.2, 50
"""The budget is this much above the price, in whole steps of dollars, so that a usual month raises no alarm."""

_HEAD = """# What a month costs

`python -m operations.cost --document > docs/cost.md` writes this file from `terraform/environments/aws.tfvars`, the
list prices of `operations/cost/prices.toml` and the assumptions of `operations/cost/load.py`. A test fails where it
differs. `python -m operations.cost --tfvars FILE --metering-points N` computes another file or load.

The prices are in US dollars, without taxes, discounts, support and free tiers. They were not asked from AWS: each has
the date and the place where it was found. A price with `≈` was found for another region or derived. Compare the total
with [AWS's calculator](https://calculator.aws/) before you rely on it. [scale.md](scale.md) has another estimate, for
10 million metering points on larger sizes.
"""

_LEFT_OUT = """## Left out

Mails by SES and SNS, traces, a custom domain, CloudTrail, backups beyond the size of the database, the buckets of
`terraform/bootstrap`, and requests to KMS, Secrets Manager and SQS. Traces and backups can cost more than a few
dollars. A restore makes a second database for its time.
"""


def read_values(files: Sequence[Path]) -> dict[str, Any]:
    """Returns the values of the files. A later file has precedence. Raises `TfvarsError`."""
    return {name: value for path in files for name, value in read_tfvars(path).items()}


def budget(usd: float) -> int:
    """Returns the budget for a computed price."""
    return math.ceil(usd * MARGIN / STEP) * STEP


def both(prices: Prices) -> float:
    """Returns the month's price of production and staging together."""
    production = lines(_values(PRODUCTION), Load(), prices)
    return total(production) + total(lines(_values(STAGING), STAGING_LOAD, prices))


def document(prices: Prices) -> str:
    """Returns the document's text."""
    values = _values(PRODUCTION)
    parts = (
        _HEAD,
        _month(values, prices),
        _by_load(values, prices),
        _by_years(values, prices),
        _ways_out(values, prices),
        _budgets(prices),
        _LEFT_OUT,
        _price_table(prices),
    )
    return "\n".join(parts)


def table(found: Sequence[Line], prices: Prices) -> str:
    """Returns the lines as a table in Markdown, with their sum."""
    rows = [f"| {line.name} | {_usd(line, prices)} | {line.how} |" for line in found]
    return _markdown(("part", "$", "computed from"), [*rows, f"| **in all** | **{total([*found]):,.0f}** | |"])


def _month(values: Mapping[str, Any], prices: Prices) -> str:
    load = Load()
    found = lines(values, load, prices)
    fixed = total([line for line in found if not line.varies])
    return f"""## The month

This is `aws.tfvars` in {prices.region}, with {load.metering_points:,} metering points that send {load.requests_a_day}
request of 96 readings a day, {load.years:g} year after the first.

{table(found, prices)}
{fixed:,.0f} $ of it are the same for every load.
"""


def _by_load(values: Mapping[str, Any], prices: Prices) -> str:
    rows = []
    for points in LOADS:
        cells = [_total_or_why(values, Load(points, each), prices) for each in (1, 24, 96)]
        rows.append(f"| {points:,} | {' | '.join(cells)} |")
    head = ("metering points", "1 request a day", "24 requests", "96 requests")
    return f"""## By load

This is the same file with other loads. A meter that sends each reading alone makes 96 requests a day. The sizes of
tasks and database stay as they are, so a price says nothing about their speed.

{_markdown(head, rows)}"""


def _by_years(values: Mapping[str, Any], prices: Prices) -> str:
    rows = []
    for years in YEARS:
        bill = Bill(values, Load(years=years), prices)
        growing = [
            line for line in lines(values, bill.load, prices) if line.name in ("database storage", "objects", "logs")
        ]
        name = f"{years:g} years" if years > 1 else "1 year" if years == 1 else f"{years * 12:g} month"
        rows.append(f"| {name} | {bill.database_gb:,} GB | {bill.stored_gb:,.0f} GB | {total(growing):,.0f} |")
    head = ("after", "database", "objects", "$ for database storage, objects and logs")
    return f"""## By time

The database keeps {values["readings_retention_days"]} days, and the logs {values["log_retention_days"]:,} days.
Enriched objects are kept {values["enriched_retention_days"]:,} days.

{_markdown(head, rows)}"""


def _ways_out(values: Mapping[str, Any], prices: Prices) -> str:
    gigabytes = Bill(values, Load(), prices).private_gb
    endpoints = len(ENDPOINTS)
    ways = {
        "`nat_gateways = 1`": (nat_gateways(1, gigabytes, prices), "the loss of its zone stops new tasks and exports"),
        "`nat_gateways = 2`": (nat_gateways(2, gigabytes, prices), "each zone has its own. `aws.tfvars` has it"),
        f"`private_services` with {endpoints} services, `nat_gateways = 0`": (
            interface_endpoints(endpoints, gigabytes, prices),
            "each zone has its own. Nothing in the VPC reaches the internet",
        ),
        f"`private_services` with {endpoints} services, `nat_gateways = 1`": (
            interface_endpoints(endpoints, gigabytes, prices) + nat_gateways(1, 0, prices),
            "the NAT gateway is for other addresses alone",
        ),
    }
    rows = [f"| {way} | {usd:,.2f} | {what} |" for way, (usd, what) in ways.items()]
    most = math.floor(nat_gateways(2, 0, prices) / interface_endpoints(1, 0, prices))
    return f"""## NAT gateways or endpoints

S3 and DynamoDB have gateway endpoints, which cost nothing. What is left are the calls of tasks and functions to
{", ".join(f"`{name}`" for name in ENDPOINTS)}: about {gigabytes:,.1f} GB in the month above.

{_markdown(("network", "$ a month", "what it means"), rows)}
Endpoints are cheaper than 2 NAT gateways up to {most} services. Without a NAT gateway a hijacked task cannot send data
to the internet. [Decision 60](decisions/0060-the-network-is-chosen-by-price-and-reach.md) says which network
`aws.tfvars` has, and why.
"""


def _budgets(prices: Prices) -> str:
    production = total(lines(_values(PRODUCTION), Load(), prices))
    staging = total(lines(_values(STAGING), STAGING_LOAD, prices))
    return f"""## The budget

[terraform/bootstrap](../terraform/bootstrap/README.md) makes a budget for an account, with mails at 80 and 100 % of it,
and when AWS forecasts more than 120 %. It is {MARGIN:g} times the price, in steps of {STEP} $:

| account has | price | `budget_usd` |
|---|---|---|
| production | {production:,.0f} | {budget(production)} |
| staging (`staging.tfvars`, {STAGING_LOAD.metering_points} metering points) | {staging:,.0f} | {budget(staging)} |
| both, as in `terraform/bootstrap/example.tfvars` | {production + staging:,.0f} | {budget(production + staging)} |
"""


def _price_table(prices: Prices) -> str:
    rows = [f"| {' | '.join(_cells(name, price))} |" for name, price in prices.by_name.items()]
    return f"""## The prices

{_markdown(("price", "$", "unit", "seen", "found in"), rows)}"""


def _cells(name: str, price: Price) -> tuple[str, ...]:
    usd = f"{'' if price.certain else '≈ '}{price.usd:.10f}".rstrip("0")
    return (
        f"[{name}]({price.page})",
        f"{usd}0" if usd.endswith(".") else usd,
        price.unit,
        f"{price.seen:%Y-%m}",
        price.found,
    )


def _total_or_why(values: Mapping[str, Any], load: Load, prices: Prices) -> str:
    bill = Bill(values, load, prices)
    if not bill.fits:
        return f"{bill.database_gb:,} GB do not fit `database_max_storage_gib`"
    return f"{total(lines(values, load, prices)):,.0f}"


def _usd(line: Line, prices: Prices) -> str:
    certain = all(prices.by_name[name].certain for name in line.needs)
    return f"{'' if certain else '≈ '}{line.usd:,.2f}"


def _markdown(head: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows, ""])


def _values(files: Sequence[str]) -> dict[str, Any]:
    return read_values([ENVIRONMENTS / name for name in files])
