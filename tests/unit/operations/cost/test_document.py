"""docs/cost.md is what the code computes, and the budget of the bootstrap follows it."""

import re
from datetime import date
from pathlib import Path

import pytest

from operations.cost import load as assumed
from operations.cost.__main__ import main
from operations.cost.document import REPOSITORY, both, budget, document
from operations.cost.lines import ENDPOINTS
from operations.cost.prices import read_prices
from operations.tfvars import read_tfvars
from tests.support.terraform_code import TERRAFORM, blocks, local_values, parsed

PRICES = read_prices()
AWS = str(TERRAFORM / "environments" / "aws.tfvars")


def test_the_document_is_what_the_code_writes() -> None:
    written = (REPOSITORY / "docs" / "cost.md").read_text(encoding="utf-8")
    assert written == document(PRICES), "run `python -m operations.cost --document > docs/cost.md`"


def test_the_budget_of_the_bootstrap_is_computed() -> None:
    example = read_tfvars_of_the_bootstrap()
    assert example["budget_usd"] == budget(both(PRICES))
    assert (budget(100), budget(125), budget(126)) == (150, 150, 200)


def read_tfvars_of_the_bootstrap() -> dict[str, object]:
    return parsed(TERRAFORM / "bootstrap" / "example.tfvars")


def test_every_price_says_where_it_is_from() -> None:
    for name, price in PRICES.by_name.items():
        assert price.usd > 0, name
        assert price.page.startswith("https://aws.amazon.com/"), name
        assert price.seen >= date(2025, 1, 1), name
        assert len(price.found) > 10, name
    assert read_tfvars(Path(AWS))["region"] == PRICES.region


def test_every_price_is_used_or_of_another_size() -> None:
    text = "".join(path.read_text() for path in (REPOSITORY / "operations" / "cost").glob("*.py"))
    spare = [name for name in PRICES.by_name if f'"{name}"' not in text]
    assert [name for name in spare if not re.search(r"^db\.|_(x86_64|arm64)$", name)] == []


def test_the_assumptions_are_not_below_terraform() -> None:
    roles = len(local_values(TERRAFORM / "modules" / "database_roles")["roles"])
    secrets = sum(roles if "for_each" in block.body else 1 for block in blocks("aws_secretsmanager_secret"))
    assert secrets <= assumed.SECRETS
    (lifecycle,) = blocks("aws_ecr_lifecycle_policy")
    assert f"countNumber = {assumed.IMAGES}" in str(lifecycle.file.read_text())
    variables = (TERRAFORM / "variables.tf").read_text()
    assert "[" + ", ".join(f'"{name}"' for name in ENDPOINTS) + "]" in variables


def test_another_load_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tfvars", AWS, "--metering-points", "1000"]) == 0
    printed = capsys.readouterr().out
    assert "| **in all** | **" in printed
    assert "A budget for it: " in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tfvars", AWS, "--metering-points", "1000000"], "raise database_max_storage_gib"),
        (["--tfvars", "/nowhere.tfvars"], "cannot be read"),
    ],
)
def test_what_cannot_be_computed_says_why(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def test_prices_of_another_region_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.tfvars"
    other.write_text('region = "us-east-1"\n')
    assert main(["--tfvars", AWS, "--tfvars", str(other)]) == 1
    assert "the prices are of eu-central-1" in capsys.readouterr().err
    assert main(["--tfvars", str(other)]) == 1


@pytest.mark.parametrize(
    "arguments", [[], ["--tfvars", AWS, "--requests-a-day", "97"], ["--tfvars", AWS, "--years", "0"]]
)
def test_a_wrong_call_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
