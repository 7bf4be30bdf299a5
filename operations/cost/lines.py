"""The lines of a month's bill, each computed from the values of a tfvars file, the load and the prices."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.cost import load as assumed
from operations.cost.load import DAYS, HOURS, Load
from operations.cost.prices import Prices

GB = 1e9
MILLION = 1e6
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""The services that tasks and functions in the private subnets call past the gateway endpoints of S3 and DynamoDB."""


@dataclass(frozen=True)
class Line:
    """A line of the bill. `how` says how it was computed. `needs` has the prices. `varies`: it follows the load."""

    name: str
    usd: float
    how: str
    needs: tuple[str, ...]
    varies: bool


@dataclass(frozen=True)
class Bill:
    """What the lines are computed from."""

    values: Mapping[str, Any]
    load: Load
    prices: Prices

    def value(self, name: str) -> float:
        """Returns a number of the tfvars file."""
        return float(self.values[name])

    @property
    def zones(self) -> int:
        """The zones in which the database stands."""
        return 2 if self.values["database_multi_az"] else 1

    @property
    def database_gb(self) -> int:
        """The storage of the database: what it starts with, or what the readings of the retention take."""
        days = min(self.value("readings_retention_days"), self.load.years * 365)
        readings = self.load.readings_a_day * days * assumed.DATABASE_BYTES / GB
        return max(int(self.values["database_allocated_storage_gib"]), math.ceil(readings / 0.9))  # RDS keeps 10 % free

    @property
    def fits(self) -> bool:
        """Whether the database may grow to the storage that it needs."""
        return self.database_gb <= int(self.values["database_max_storage_gib"])

    @property
    def shards_a_day(self) -> int:
        """The shards of a day's run."""
        least: int = self.values["pipeline_shards"]
        return max(least, math.ceil(self.load.metering_points / assumed.CUSTOMERS_IN_A_SHARD))

    @property
    def log_gb(self) -> float:
        """What the logs take in."""
        requests = self.load.requests * assumed.LOG_BYTES
        return (requests + self.shards_a_day * DAYS * assumed.SHARD_LOG_BYTES) / GB

    @property
    def stored_gb(self) -> float:
        """The objects in S3 that are kept."""
        days = self.load.years * 365
        exported = min(days, self.value("exported_retention_days")) * assumed.EXPORTED_BYTES
        enriched = min(days, self.value("enriched_retention_days")) * assumed.ENRICHED_BYTES
        return self.load.readings_a_day * (exported + enriched) / GB

    @property
    def private_gb(self) -> float:
        """What tasks and functions exchange with AWS past the gateway endpoints: half of the logs, images, secrets."""
        return self.log_gb / 2 + assumed.TASK_GB * self.value("service_min_tasks")


def lines(values: Mapping[str, Any], load: Load, prices: Prices) -> list[Line]:
    """Returns the lines of the bill in their order. Raises `PriceError` where a price is missing."""
    bill = Bill(values, load, prices)
    return [line for part in PARTS for line in part(bill)]


def total(found: list[Line]) -> float:
    """Returns the sum of the lines."""
    return sum(line.usd for line in found)


def _database(bill: Bill) -> Iterator[Line]:
    size, zones = bill.values["database_instance_class"], bill.zones
    usd = HOURS * bill.prices[size] * zones
    yield Line("database", usd, f"{size} for {HOURS} h{_in_both(zones)}", (size,), varies=False)
    needs = ("database_storage_gb",)
    how = f"{bill.database_gb} GB of gp3{_in_both(zones)}. Backups within its size cost nothing"
    yield Line("database storage", bill.database_gb * bill.prices[needs[0]] * zones, how, needs, varies=True)


def _service(bill: Bill) -> Iterator[Line]:
    tasks, processor = bill.values["service_min_tasks"], bill.values["cpu_architecture"]
    cpu, memory = bill.values["service_cpu"] / 1024, bill.values["service_memory_mib"] / 1024
    needs: tuple[str, ...] = (f"fargate_vcpu_hour_{processor}", f"fargate_gb_hour_{processor}")
    usd = HOURS * tasks * (cpu * bill.prices[needs[0]] + memory * bill.prices[needs[1]])
    how = f"{tasks} tasks of {cpu:g} vCPU and {memory:g} GB. Auto scaling adds up to {bill.values['service_max_tasks']}"
    yield Line("service", usd, how, needs, varies=False)
    needs = ("load_balancer_hour", "load_balancer_lcu_hour")
    through = bill.load.requests * (bill.load.request_bytes + assumed.ANSWER_BYTES) / GB
    usd = HOURS * bill.prices[needs[0]] + through * bill.prices[needs[1]]
    yield Line("load balancer", usd, f"{HOURS} h, and {through:,.1f} GB in units of 1 GB an hour", needs, varies=True)
    needs = ("image_gb",)
    usd = assumed.IMAGES * assumed.IMAGE_GB * bill.prices[needs[0]]
    yield Line("images", usd, f"{assumed.IMAGES} images of {assumed.IMAGE_GB:g} GB", needs, varies=False)


def _network(bill: Bill) -> Iterator[Line]:
    gateways, endpoints = bill.values["nat_gateways"], len(bill.values.get("private_services", ()))
    if gateways:
        yield Line(
            "NAT gateways",
            nat_gateways(gateways, 0 if endpoints else bill.private_gb, bill.prices),
            f"{gateways} for {HOURS} h, each with its public address"
            + ("" if endpoints else f", {_gb(bill.private_gb)}"),
            ("nat_gateway_hour", "nat_gateway_gb", "public_ipv4_hour"),
            varies=not endpoints,
        )
    if endpoints:
        usd = interface_endpoints(endpoints, bill.private_gb, bill.prices)
        how = f"{endpoints} in 2 zones for {HOURS} h, {_gb(bill.private_gb)}"
        yield Line("VPC endpoints", usd, how, ("interface_endpoint_hour", "interface_endpoint_gb"), varies=True)
    answers = bill.load.requests * assumed.ANSWER_BYTES / GB
    needs = ("out_gb",)
    yield Line("transfer out", answers * bill.prices[needs[0]], f"answers of {_gb(answers)}", needs, varies=True)
    needs = ("between_zones_gb",)
    crossing = bill.load.requests * bill.load.request_bytes / GB / 2
    how = f"half of the requests cross zones twice, {_gb(crossing)} in 2 directions"
    yield Line("transfer between zones", 4 * crossing * bill.prices[needs[0]], how, needs, varies=True)


def nat_gateways(gateways: int, gigabytes: float, prices: Prices) -> float:
    """Returns the price of a month of NAT gateways with their public addresses."""
    hours = HOURS * gateways * (prices["nat_gateway_hour"] + prices["public_ipv4_hour"])
    return hours + gigabytes * prices["nat_gateway_gb"]


def interface_endpoints(endpoints: int, gigabytes: float, prices: Prices) -> float:
    """Returns the price of a month of interface endpoints in 2 zones."""
    hours = HOURS * endpoints * 2 * prices["interface_endpoint_hour"]
    return hours + gigabytes * prices["interface_endpoint_gb"]


def _requests(bill: Bill) -> Iterator[Line]:
    millions = bill.load.requests / MILLION
    needs: tuple[str, ...] = ("http_api_million",)
    yield Line("API", millions * bill.prices[needs[0]], f"{millions:,.2f} million requests", needs, varies=True)
    needs = ("lambda_million", f"lambda_gb_second_{bill.values['cpu_architecture']}")
    seconds = bill.load.requests * assumed.AUTHORIZER_MS / 1000 * 256 / 1024
    usd = millions * bill.prices[needs[0]] + seconds * bill.prices[needs[1]]
    how = f"each request, 256 MB for {assumed.AUTHORIZER_MS} ms. A cached answer costs nothing"
    yield Line("authorizer", usd, how, needs, varies=True)


def _pipeline(bill: Bill) -> Iterator[Line]:
    shards = bill.shards_a_day * DAYS
    needs: tuple[str, ...] = ("lambda_million", f"lambda_gb_second_{bill.values['cpu_architecture']}")
    seconds = shards * assumed.SHARD_SECONDS * bill.values["exporter_memory_mib"] / 1024
    usd = 4 * shards / MILLION * bill.prices[needs[0]] + seconds * bill.prices[needs[1]]
    memory = bill.values["exporter_memory_mib"]
    how = f"{bill.shards_a_day:,} shards a day, {assumed.SHARD_SECONDS:g} s of {memory} MiB each"
    yield Line("functions of the pipeline", usd, how, needs, varies=True)
    needs = ("step_functions_thousand",)
    transitions = assumed.SHARD_TRANSITIONS * shards + assumed.RUN_TRANSITIONS * DAYS * 25
    how = f"{transitions:,.0f} transitions: a run a day, and a catch-up each hour that finds nothing"
    yield Line("state machine", transitions / 1000 * bill.prices[needs[0]], how, needs, varies=True)


def _stores(bill: Bill) -> Iterator[Line]:
    gigabytes = bill.load.metering_points * assumed.CUSTOMER_BYTES / GB
    reads = bill.load.requests + DAYS * bill.load.metering_points * assumed.CUSTOMER_BYTES / 4096
    writes = DAYS * bill.load.metering_points
    needs: tuple[str, ...] = ("dynamodb_read_million", "dynamodb_write_million", "dynamodb_gb")
    usd = (reads * bill.prices[needs[0]] + writes * bill.prices[needs[1]]) / MILLION + gigabytes * bill.prices[needs[2]]
    how = f"{reads / MILLION:,.2f} million reads, {writes / MILLION:,.2f} million writes of a key's last use"
    yield Line("customers' table", usd, how, needs, varies=True)
    shards = bill.shards_a_day * DAYS
    needs = ("s3_gb", "s3_put_thousand", "s3_get_thousand")
    calls = assumed.SHARD_WRITES * bill.prices[needs[1]] + assumed.SHARD_READS * bill.prices[needs[2]]
    usd = bill.stored_gb * bill.prices[needs[0]] + shards / 1000 * calls
    yield Line("objects", usd, f"{_gb(bill.stored_gb)} are kept", needs, varies=True)
    needs = ("athena_tb",)
    yield Line(
        "SQL", assumed.ATHENA_TB * bill.prices[needs[0]], f"{assumed.ATHENA_TB:g} TB scanned", needs, varies=False
    )


def _watching(bill: Bill) -> Iterator[Line]:
    kept = bill.log_gb * min(bill.values["log_retention_days"] / DAYS, bill.load.years * 12) * assumed.LOGS_COMPRESSED
    needs: tuple[str, ...] = ("logs_gb", "logs_stored_gb")
    usd = bill.log_gb * bill.prices[needs[0]] + kept * bill.prices[needs[1]]
    yield Line("logs", usd, f"{_gb(bill.log_gb)} taken in, {_gb(kept)} kept", needs, varies=True)
    needs = ("alarm_month", "metric_month")
    usd = assumed.ALARMS * bill.prices[needs[0]] + assumed.CONTAINER_METRICS * bill.prices[needs[1]]
    how = f"{assumed.ALARMS} alarms, {assumed.CONTAINER_METRICS} metrics of Container Insights"
    yield Line("alarms and metrics", usd, how, needs, varies=False)
    needs = ("key_month", "secret_month")
    usd = bill.prices[needs[0]] + assumed.SECRETS * bill.prices[needs[1]]
    yield Line("key and secrets", usd, f"1 key, {assumed.SECRETS} secrets", needs, varies=False)


def _in_both(zones: int) -> str:
    return ", in each of 2 zones" if zones > 1 else ""


def _gb(gigabytes: float) -> str:
    return f"{gigabytes:,.1f} GB" if gigabytes < 100 else f"{gigabytes:,.0f} GB"


PARTS: tuple[Callable[[Bill], Iterator[Line]], ...] = (
    *(_database, _service, _network, _requests),
    *(_pipeline, _stores, _watching),
)
"""The parts of the bill in their order."""
