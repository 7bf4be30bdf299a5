"""The lines of a month's bill follow the values, the load and the prices."""

from typing import Any

import pytest

from operations.cost.lines import Bill, Line, interface_endpoints, lines, nat_gateways, total
from operations.cost.load import Load
from operations.cost.prices import PriceError, Prices, read_prices
from operations.tfvars import read_tfvars
from tests.support.terraform_code import TERRAFORM

PRICES = read_prices()
AWS = read_tfvars(TERRAFORM / "environments" / "aws.tfvars")


def bill(load: Load | None = None, **changed: Any) -> dict[str, Line]:
    return {line.name: line for line in lines(AWS | changed, load or Load(), PRICES)}


def test_a_price_by_hand() -> None:
    found = bill(nat_gateways=1, database_multi_az=False, service_min_tasks=4)
    assert found["database"].usd == pytest.approx(730 * 0.076)
    assert found["service"].usd == pytest.approx(730 * 4 * (0.5 * 0.04656 + 1 * 0.00511))
    assert nat_gateways(1, 10, PRICES) == pytest.approx(730 * (0.052 + 0.005) + 10 * 0.052)
    assert interface_endpoints(4, 10, PRICES) == pytest.approx(730 * 4 * 2 * 0.012 + 10 * 0.01)
    assert found["API"].usd == pytest.approx(100_000 * 730 / 24 / 1e6 * 1.2)


@pytest.mark.parametrize(
    ("changed", "line", "factor"),
    [
        ({"database_multi_az": False}, "database", 0.5),
        ({"database_multi_az": False}, "database storage", 0.5),
        ({"service_min_tasks": 4}, "service", 2),
        ({"service_cpu": 1024, "service_memory_mib": 2048}, "service", 2),
        ({"database_instance_class": "db.t4g.large"}, "database", 2),
        ({"exporter_memory_mib": 2 * 1769}, "functions of the pipeline", 2),
    ],
)
def test_a_line_follows_its_value(changed: dict[str, Any], line: str, factor: float) -> None:
    assert bill(**changed)[line].usd == pytest.approx(factor * bill()[line].usd, rel=0.01)


@pytest.mark.parametrize("line", ["API", "authorizer", "transfer out", "transfer between zones"])
def test_twice_the_metering_points_cost_twice_the_requests(line: str) -> None:
    assert bill(Load(200_000))[line].usd == pytest.approx(2 * bill(Load(100_000))[line].usd)


def test_only_lines_that_vary_follow_the_load() -> None:
    small, large = bill(Load(100)), bill(Load(300_000, 96, 5))
    assert {name for name, line in small.items() if line.usd != large[name].usd} == {
        name for name, line in small.items() if line.varies
    }


def test_the_database_grows_to_its_retention_and_no_further() -> None:
    month, year, years = (Bill(AWS, Load(years=years), PRICES) for years in (1 / 12, 1, 5))
    assert month.database_gb == AWS["database_allocated_storage_gib"]
    assert AWS["database_allocated_storage_gib"] < year.database_gb == years.database_gb
    assert month.stored_gb < year.stored_gb < years.stored_gb


def test_a_load_that_the_database_cannot_hold_does_not_fit() -> None:
    assert Bill(AWS, Load(), PRICES).fits
    assert not Bill(AWS, Load(10_000_000), PRICES).fits


def test_with_every_endpoint_the_nat_gateway_carries_nothing_of_it() -> None:
    services = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"]
    assert "NAT gateways" not in bill(nat_gateways=0, private_services=services)
    both = bill(nat_gateways=1, private_services=services)
    assert both["NAT gateways"].usd == pytest.approx(nat_gateways(1, 0, PRICES))
    assert both["VPC endpoints"].usd > interface_endpoints(4, 0, PRICES)
    assert "VPC endpoints" not in bill()


def test_each_line_names_the_prices_that_it_needs() -> None:
    for line in lines(AWS | {"private_services": ["logs"]}, Load(), PRICES):
        assert line.needs
        assert set(line.needs) <= set(PRICES.by_name), line.name


def test_a_missing_price_is_named() -> None:
    with pytest.raises(PriceError, match=r"no price of db\.m7g\.16xlarge in eu-central-1"):
        lines(AWS | {"database_instance_class": "db.m7g.16xlarge"}, Load(), PRICES)
    with pytest.raises(PriceError, match="nat_gateway_hour"):
        lines(AWS, Load(), Prices("eu-central-1", {k: v for k, v in PRICES.by_name.items() if k != "nat_gateway_hour"}))


def test_arm_costs_less() -> None:
    assert total(lines(AWS | {"cpu_architecture": "arm64"}, Load(), PRICES)) < total(lines(AWS, Load(), PRICES))
