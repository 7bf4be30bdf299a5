"""`make customers` as an operator uses it: what it makes works at once, and 2 operators never overwrite each other."""

import csv
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.customers import KEY, key_value
from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack
from operations.customer_table import ChangedMeanwhileError, CustomerTable
from operations.customer_texts import COLUMNS, Numbers, customer_of, texts_of
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.readings import quarter_hours, reading

SHOWN = re.compile(r"^  ([A-Za-z0-9_-]{43})$", re.MULTILINE)
NUMBERS = [f"OPS-{index}" for index in range(5)]
"""They begin with a letter. So they sort behind the numbers of the other tests."""


def make_customers(stack: RunningStack, **values: str) -> subprocess.CompletedProcess[str]:
    given = [f"{name}={value}" for name, value in values.items()]
    environment = os.environ | {"STACK": stack.name}
    return subprocess.run(
        ["make", "customers", *given], cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture
def table(stack: RunningStack) -> Iterator[CustomerTable]:
    """Gives the table, and deletes the customers of `NUMBERS` afterwards."""
    client, name = stack.client("dynamodb"), stack.outputs["customers_table"]
    yield CustomerTable(client, name)
    for number in NUMBERS:
        client.delete_item(TableName=name, Key={KEY: key_value(number)})


def texts(number: str, **changed: str) -> dict[str, str]:
    row = {"name": "Ana Anić", "address": "Ilica 1", "city": "Zagreb", "county": "Grad Zagreb"}
    return {KEY: number, **row, "email": "ana@example.com", "type": "HH", **changed}


def test_a_new_customers_key_opens_and_a_deactivated_customer_is_refused(
    stack: RunningStack, api: ApiClient, table: CustomerTable, day: date
) -> None:
    number = NUMBERS[0]
    attributes = 'type=HH name="Ana Anić" address="Ilica 1" city=Zagreb county="Grad Zagreb" email=ana@example.com'
    done = make_customers(stack, CREATE=number, SET=attributes)
    assert done.returncode == 0, done.stderr
    (key,) = SHOWN.findall(done.stdout)
    assert api.send(number, [reading(quarter_hours(day)[0])], key).status == 200
    changed = make_customers(stack, CHANGE=number, SET="interval_minutes=60")
    assert "changed interval_minutes" in changed.stdout, changed.stderr
    assert table.find(number).customer.meter.lengths.first == 60
    assert make_customers(stack, DEACTIVATE=number).returncode == 0
    # The gateway remembers the answer for the readings. It has none for this path.
    assert api.call("GET", f"/v1/metering-points/{number}/days", [("x-api-key", key)]).status == 403


def test_an_import_names_each_bad_line_and_the_keys_of_the_stored_lines_open(
    stack: RunningStack, api: ApiClient, table: CustomerTable, tmp_path: Path
) -> None:
    path, keys = tmp_path / "customers.csv", tmp_path / "keys.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows([texts(NUMBERS[1]), texts(NUMBERS[2], type="X"), texts(NUMBERS[3], notify="yes")])
    checked = make_customers(stack, IMPORT=str(path))
    assert checked.returncode != 0
    assert f"line 3: {NUMBERS[2]} type 'X' is none of" in checked.stdout
    assert f"line 4: {NUMBERS[3]} notify is neither true nor false" in checked.stdout
    assert table.find_all(NUMBERS) == {}
    assert make_customers(stack, IMPORT=str(path), STORE="all", KEYS=str(keys)).returncode != 0
    assert table.find_all(NUMBERS) == {}
    make_customers(stack, IMPORT=str(path), STORE="good", KEYS=str(keys))
    assert set(table.find_all(NUMBERS)) == {NUMBERS[1]}
    (row,) = csv.DictReader(keys.read_text().splitlines())
    assert api.readings(row[KEY], row["api_key"]).status == 200


def test_an_export_is_imported_as_it_is(stack: RunningStack, customers: Customers, tmp_path: Path) -> None:
    customers.create()
    path = tmp_path / "all.csv"
    done = make_customers(stack, EXPORT=str(path))
    assert path.exists(), done.stderr
    printed = make_customers(stack, IMPORT=str(path)).stdout
    assert re.search(r"lines: 0 new, 0 changed, [1-9][0-9,]* as before, 0 bad", printed), printed


def test_of_two_operators_at_once_one_changes_nothing(table: CustomerTable) -> None:
    number, numbers = NUMBERS[4], Numbers(".*")
    table.create(customer_of(texts(number), numbers), [])
    seen = table.find(number)
    table.change(seen, customer_of(texts(number, city="Osijek"), numbers))
    with pytest.raises(ChangedMeanwhileError, match="somebody else changed"):
        table.change(seen, customer_of(texts(number, email="new@example.com", contracted_kw="11.5"), numbers))
    with pytest.raises(ChangedMeanwhileError, match="already"):
        table.create(customer_of(texts(number), numbers), ["0" * 64])
    after = texts_of(table.find(number).customer)
    assert (after["city"], after["email"], after["contracted_kw"]) == ("Osijek", "ana@example.com", "")
    table.change(table.find(number), customer_of({**after, "contracted_kw": "11.5", "language": "en"}, numbers))
    table.change(table.find(number), customer_of({**after, "contracted_kw": ""}, numbers))
    assert texts_of(table.find(number).customer) == after
