"""An operator creates, changes, deactivates, shows and exports customers."""

import argparse
import csv
import io
import json
import re
import stat
from pathlib import Path
from typing import Any, cast

import pytest

from domain.api_keys import hash_api_key
from domain.customers import HASHES, Credentials, Customer
from operations import customers
from operations.customer_files import FileExistsAlreadyError
from operations.customer_table import ChangedMeanwhileError, CustomerTable, TableError
from operations.customer_texts import COLUMNS, FaultyTextsError, Numbers, customer_of, texts_of
from seed.customers import demo_customers
from seed.special import special_customers
from tests.unit.lambdas.examples import ZAGREB, a_customer
from tests.unit.operations.customer_world import OUTPUTS, CustomersInMemory

NUMBER = "1000000001"
KEY = re.compile(r"^  ([A-Za-z0-9_-]{43})$", re.MULTILINE)
NEW = ("type=HH", "name=Ana Anić", "address=Ilica 1", "city=Zagreb", "county=Grad Zagreb", "email=ana@example.com")
NUMBERS = Numbers(OUTPUTS["metering_point_pattern"])  # type: ignore[arg-type]


def run(world: CustomersInMemory, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    customers.add_actions(parser)
    return customers.act(parser.parse_args(arguments), world, OUTPUTS)


def with_customer() -> CustomersInMemory:
    return CustomersInMemory(a_customer(NUMBER).to_item([hash_api_key("a" * 43)]))


def test_a_new_customer_gets_a_key_that_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    world = CustomersInMemory()
    assert run(world, "create", NUMBER, *NEW) == 0
    printed = capsys.readouterr().out
    (key,) = KEY.findall(printed)
    assert printed.count(key) == 1
    assert key not in json.dumps(world.items)
    assert Credentials.from_item(world.items[NUMBER]).api_key_hashes == (hash_api_key(key),)
    assert Customer.from_item(world.items[NUMBER]).name == "Ana Anić"


def test_a_number_that_exists_is_not_created_again() -> None:
    world = with_customer()
    before = json.dumps(world.items)
    with pytest.raises(ChangedMeanwhileError, match="there is a customer 1000000001 already"):
        run(world, "create", NUMBER, *NEW)
    assert json.dumps(world.items) == before


def test_a_repeated_call_whose_first_answer_was_lost_is_no_error() -> None:
    """The client sends it again, and finds the customer that it has stored itself."""
    world, customer = CustomersInMemory(), a_customer(NUMBER)
    table = CustomerTable(cast("Any", world), "customers")
    world.before_write = lambda: world.items.update({NUMBER: customer.to_item(["0" * 64])})
    table.create(customer, ["0" * 64])
    with pytest.raises(ChangedMeanwhileError):
        table.create(customer, ["1" * 64])


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        (("type=X",), "type 'X' is none of"),
        (("name=" + "x" * 201,), "name has 201 characters, 200 are the most"),
        (("active=yes",), "active is neither true nor false"),
        (("interval_minutes=20",), "interval_minutes has 20 minutes"),
        (("interval_minutes=1h",), "interval_minutes no interval lengths"),
        (("supplied_from=2026-11-01",), "supplied_from is no RFC 3339 time"),
        (("contracted_kw=12,5",), "contracted_kw is not above 0"),
        (("language=de",), "language is none of hr, en"),
        (("colour=red",), "'colour=red' is not ATTRIBUTE=VALUE"),
        (("billing_metering_point_number=2",), "is not ATTRIBUTE=VALUE"),
        (("city",), "'city' is not ATTRIBUTE=VALUE"),
    ],
)
@pytest.mark.parametrize("action", ["create", "change"])
def test_a_wrong_value_is_refused_with_its_reason(action: str, values: tuple[str, ...], fault: str) -> None:
    world = CustomersInMemory() if action == "create" else with_customer()
    with pytest.raises(FaultyTextsError, match=re.escape(fault)):
        run(world, action, NUMBER, *(NEW if action == "create" else ()), *values)
    assert world.writes == 0


@pytest.mark.parametrize("number", ["123", "DE00017", "1000000001 ", ""])
@pytest.mark.parametrize("action", ["create", "change", "deactivate", "show"])
def test_a_number_that_the_deployment_does_not_take_is_refused(action: str, number: str) -> None:
    values = {"create": NEW, "change": ("city=Split",)}.get(action, ())
    with pytest.raises(FaultyTextsError, match=r"deployment's numbers|is 1 to 35"):
        run(with_customer(), action, number, *values)


def test_a_change_writes_only_what_differs_and_keeps_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    world = with_customer()
    world.items[NUMBER]["notify"] = {"BOOL": False}  # as another tool writes the default
    assert run(world, "change", NUMBER, "email=new@example.com", "contracted_kw=11.5", "language=en") == 0
    item = world.items[NUMBER]
    assert item["email"] == {"S": "new@example.com"}
    assert item["contracted_kw"] == {"N": "11.5"}
    assert item[HASHES] == {"L": [{"S": hash_api_key("a" * 43)}]}
    assert "changed email, contracted_kw, language" in capsys.readouterr().out
    assert run(world, "change", NUMBER, "contracted_kw=", "language=") == 0
    assert "contracted_kw" not in item
    assert "language" not in item
    writes = world.writes
    assert run(world, "change", NUMBER, "contracted_kw=") == 0
    assert world.writes == writes


def test_of_two_changes_at_once_one_changes_nothing() -> None:
    world = with_customer()

    def change_in_between() -> None:
        world.before_write = lambda: None
        run(world, "change", NUMBER, "city=Osijek")

    world.before_write = change_in_between
    with pytest.raises(ChangedMeanwhileError, match="somebody else changed 1000000001"):
        run(world, "change", NUMBER, "email=new@example.com")
    after = Customer.from_item(world.items[NUMBER])
    assert (after.city, after.email) == ("Osijek", f"customer{NUMBER}@example.org")


def test_a_rotation_meanwhile_does_not_disturb_a_change() -> None:
    world = with_customer()
    world.before_write = lambda: world.items[NUMBER].update({HASHES: {"L": []}})
    assert run(world, "change", NUMBER, "city=Osijek") == 0
    assert world.items[NUMBER][HASHES] == {"L": []}


def test_a_deactivated_customer_is_refused_and_the_cache_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    world = with_customer()
    assert run(world, "deactivate", NUMBER) == 0
    assert not Credentials.from_item(world.items[NUMBER]).active
    assert re.search(r"may still remember a key of 1000000001 until \d\d:\d\d:\d\d UTC", capsys.readouterr().out)


def test_an_unknown_customer_and_an_unreadable_item_are_named() -> None:
    with pytest.raises(TableError, match="there is no customer 1000000002"):
        run(with_customer(), "change", "1000000002", "city=Split")
    broken = with_customer()
    broken.items[NUMBER]["type"] = {"S": "X"}
    with pytest.raises(TableError, match=r"type 'X' is none of .* correct the item"):
        run(broken, "show", NUMBER)


def test_an_export_is_in_order_readable_for_its_owner_alone_and_leaves_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [*demo_customers(40), *(each.customer for each in special_customers(ZAGREB))]
    world = CustomersInMemory(*(customer.to_item(()) for customer in reversed(found)))
    world.items["9"] = {**a_customer("9").to_item(()), "type": {"S": "X"}}
    path = tmp_path / "customers.csv"
    assert run(world, "export", "--to", str(path)) == 1
    assert "not exported: customer 9: type" in capsys.readouterr().err
    rows = list(csv.DictReader(io.StringIO(path.read_text(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows == sorted((texts_of(customer) for customer in found), key=lambda row: row[COLUMNS[0]])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsAlreadyError, match="exists already"):
        run(world, "export", "--to", str(path))


@pytest.mark.parametrize("customer", [each.customer for each in special_customers(ZAGREB)] + list(demo_customers(20)))
def test_texts_are_read_back_as_the_customer(customer: Customer) -> None:
    assert customer_of(texts_of(customer), Numbers(".*")) == customer


class Sts:
    def __init__(self, account: str) -> None:
        self.account = account

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": self.account}


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, dict[str, Any]]:
    """Returns the path of the outputs, as `terraform output -json` writes them, and the AWS clients to fill."""
    path, clients = tmp_path / "outputs.json", dict[str, Any]()
    path.write_text(json.dumps({name: {"value": value} for name, value in OUTPUTS.items()}))
    monkeypatch.setattr("operations.target.boto3.client", lambda service, region_name: clients[service])
    return str(path), clients


@pytest.mark.parametrize(
    ("stack", "account", "said"),
    [
        ("", "123456789012", "the command names none: a change needs --stack energy"),
        ("energy-test", "123456789012", "you named 'energy-test': a change needs --stack energy"),
        ("energy", "999999999999", "the outputs are of account 123456789012"),
    ],
)
def test_a_change_needs_the_stacks_name_and_its_account(
    stack: str, account: str, said: str, aws: tuple[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    outputs, clients = aws
    world = with_customer()
    clients |= {"sts": Sts(account), "dynamodb": world}
    assert customers.main(["--outputs", outputs, "--stack", stack, "deactivate", NUMBER]) == 1
    assert said in capsys.readouterr().err
    assert world.writes == 0
    clients["sts"] = Sts("123456789012")
    assert customers.main(["--outputs", outputs, "show", NUMBER]) == 0
    assert customers.main(["--outputs", outputs, "--stack", "energy", "deactivate", NUMBER]) == 0
    assert world.writes == 1
