"""An import names every bad line with its reason, and stores lines only when it is asked to."""

import csv
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from domain.api_keys import hash_api_key
from domain.customers import HASHES, Credentials, Customer
from domain.metering_points import RULE
from operations.customer_import import FileError, StoppedError
from operations.customer_texts import COLUMNS, texts_of
from tests.unit.lambdas.examples import a_customer
from tests.unit.lambdas.fakes import client_error
from tests.unit.operations.customer_world import CustomersInMemory
from tests.unit.operations.test_customers import run

ONE, TWO, THREE, FOUR = (str(1_000_000_000 + index) for index in range(1, 5))


def a_file(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> Path:
    path = folder / "customers.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def texts(number: str, **changed: str) -> dict[str, str]:
    return texts_of(a_customer(number)) | changed


def mixed(folder: Path) -> tuple[CustomersInMemory, Path]:
    """Returns a table with 2 customers, and a file with a customer as before, a changed, a bad and a new one."""
    world = CustomersInMemory(*(a_customer(number).to_item(["0" * 64]) for number in (ONE, TWO)))
    rows = (texts(ONE), texts(TWO, email="two@example.com"), texts(THREE, type="X", notify="maybe"), texts(FOUR))
    return world, a_file(folder, *rows)


def test_a_check_names_each_line_that_is_bad_or_changes_and_stores_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, path = mixed(tmp_path)
    before = json.dumps(world.items)
    assert run(world, "import", str(path)) == 1
    *told, counts = capsys.readouterr().out.splitlines()
    assert told == [
        f"line 3: {TWO} changes email",
        f"line 4: {THREE} notify is neither true nor false; type 'X' is none of HH, HHP, I, C, P",
    ]
    assert counts.startswith("4 lines: 1 new, 1 changed, 1 as before, 1 bad. Nothing is stored. Correct the bad lines")
    assert (world.writes, json.dumps(world.items)) == (0, before)


def test_a_file_with_a_bad_line_is_not_stored_as_a_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, path = mixed(tmp_path)
    assert run(world, "import", str(path), "--store", "all", "--keys", str(tmp_path / "keys.csv")) == 1
    assert "Nothing is stored" in capsys.readouterr().out
    assert world.writes == 0
    assert not (tmp_path / "keys.csv").exists()


def test_the_good_lines_are_stored_when_asked_and_the_rest_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, path = mixed(tmp_path)
    assert run(world, "import", str(path), "--store", "good") == 1
    printed = capsys.readouterr().out
    assert f"line 4: {THREE} notify is neither" in printed
    assert "4 lines: 1 new, 1 changed, 1 as before, 1 bad. New and changed lines are stored" in printed
    assert set(world.items) == {ONE, TWO, FOUR}
    assert Customer.from_item(world.items[TWO]).email == "two@example.com"
    assert world.items[TWO][HASHES] == {"L": [{"S": "0" * 64}]}
    assert world.items[FOUR][HASHES] == {"L": []}
    assert world.writes == 2


def test_the_keys_of_new_customers_are_in_a_file_of_its_own_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, keys = CustomersInMemory(), tmp_path / "keys.csv"
    path = a_file(tmp_path, *(texts(str(2_000_000_000 + index)) for index in range(250)))
    assert run(world, "import", str(path), "--store", "all", "--keys", str(keys)) == 0
    given = {
        row["billing_metering_point_number"]: row["api_key"] for row in csv.DictReader(keys.read_text().splitlines())
    }
    assert len(given) == len(world.items) == 250
    for number, item in world.items.items():
        assert Credentials.from_item(item).api_key_hashes == (hash_api_key(given[number]),)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert not re.search("|".join(map(re.escape, given.values())), capsys.readouterr().out)
    assert run(world, "import", str(path), "--store", "all") == 0
    assert "250 as before" in capsys.readouterr().out


def test_each_kind_of_bad_line_has_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = "billing_metering_point_number;type;name;address;city;county;email\r\n"
    good = "HH;Ana;Ilica 1;Zagreb;Grad Zagreb;a@example.com\r\n"
    lines = [
        f"{ONE};{good}",
        f"{ONE};{good}",
        f"12;{good}",
        f";{good}",
        f"{TWO};HH;Ana\r\n",
        "\r\n",
        f'{THREE};HH;Ana;"Ilica 1,\r\n2. kat";Zagreb;Grad Zagreb;{"a" * 255}\r\n',
        f"{FOUR};;Ana;Ilica 1;Zagreb;Grad Zagreb;a@example.com\r\n",
    ]
    path = tmp_path / "semicolons.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + (header + "".join(lines)).encode() + f"{FOUR}5;HH;\xe8;;;;\r\n".encode("latin-1")
    )
    assert run(CustomersInMemory(), "import", str(path)) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[:-1] == [
        f"line 3: {ONE} billing_metering_point_number {ONE} is in line 2 too",
        "line 4: 12 billing_metering_point_number 12 has not the form of this deployment's numbers: [0-9]{10}",
        f"line 5: billing_metering_point_number '': {RULE}",
        f"line 6: {TWO} has 3 cells, and line 1 names 7 columns",
        f"line 8: {THREE} email has 255 characters, 254 are the most",
        f"line 10: {FOUR} type '' is none of HH, HHP, I, C, P",
        "line 11: name is not in UTF-8",
    ]
    assert printed[-1].startswith("8 lines: 1 new, 0 changed, 0 as before, 7 bad.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1 has no column billing_metering_point_number"),
        ("number,name\n", "line 1 has no column billing_metering_point_number"),
        ("billing_metering_point_number,colour\n", "line 1: 'colour' is no column"),
        ("billing_metering_point_number,name,name\n", "names a column twice"),
        (f'billing_metering_point_number,name\n{ONE},a\n{TWO},"a"b\n', "line 3: .* no line after it can be read"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_as_a_whole(tmp_path: Path, content: str, said: str) -> None:
    path, world = tmp_path / "file.csv", CustomersInMemory()
    path.write_text(content)
    with pytest.raises(FileError, match=said):
        run(world, "import", str(path), "--store", "good")
    assert world.writes == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        run(CustomersInMemory(), "import", str(tmp_path / "none.csv"))


def test_keys_without_a_store_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="--keys needs --store"):
        run(CustomersInMemory(), "import", str(a_file(tmp_path)), "--keys", str(tmp_path / "keys.csv"))


def test_a_column_that_the_file_does_not_have_keeps_its_value_and_an_empty_cell_clears_it(tmp_path: Path) -> None:
    item: dict[str, Any] = a_customer(ONE).to_item([]) | {"contracted_kw": {"N": "11.5"}, "notify": {"BOOL": True}}
    world = CustomersInMemory(item)
    columns = ("contracted_kw", "billing_metering_point_number", "city")
    row = {"billing_metering_point_number": ONE, "contracted_kw": "", "city": "Pula"}
    assert run(world, "import", str(a_file(tmp_path, row, columns=columns)), "--store", "all") == 0
    after = Customer.from_item(world.items[ONE])
    assert (after.city, after.contracted_kw, after.notify) == ("Pula", None, True)
    assert after.name == a_customer(ONE).name


def test_a_new_customer_needs_every_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"billing_metering_point_number": ONE, "type": "HH", "name": "Ana"}
    path = a_file(tmp_path, row, columns=tuple(row))
    assert run(CustomersInMemory(), "import", str(path)) == 1
    assert "address is missing; city is missing; county is missing; email is missing" in capsys.readouterr().out


def test_an_item_that_cannot_be_read_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = CustomersInMemory(a_customer(ONE).to_item([]) | {"active": {"S": "yes"}})
    assert run(world, "import", str(a_file(tmp_path, texts(ONE))), "--store", "good") == 1
    assert "the table's item cannot be read: active has DynamoDB's type S" in capsys.readouterr().out
    assert world.writes == 0


def test_a_line_that_somebody_changed_meanwhile_is_bad_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = CustomersInMemory(*(a_customer(number).to_item([]) for number in (ONE, TWO)))
    path = a_file(tmp_path, texts(ONE, city="Pula"), texts(TWO, city="Pula"))
    world.before_write = lambda: world.items[ONE].update({"city": {"S": "Osijek"}})
    assert run(world, "import", str(path), "--store", "all") == 1
    assert f"line 2: {ONE} somebody else changed {ONE}" in capsys.readouterr().out
    assert [item["city"]["S"] for item in world.items.values()] == ["Osijek", "Pula"]


def test_a_refusal_of_aws_stops_the_import_and_every_given_key_is_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = [str(2_000_000_000 + index) for index in range(150)]
    world, keys = CustomersInMemory(), tmp_path / "keys.csv"
    world.fault, world.faulty_numbers = client_error("AccessDeniedException"), {numbers[7]}
    path = a_file(tmp_path, *map(texts, numbers))
    with pytest.raises(StoppedError, match=r"stopped after line 101: .*AccessDenied.* again after you fixed the cause"):
        run(world, "import", str(path), "--store", "all", "--keys", str(keys))
    assert "100 lines: 99 new" in capsys.readouterr().out
    given = [row["billing_metering_point_number"] for row in csv.DictReader(keys.read_text().splitlines())]
    assert given == [number for number in numbers[:100] if number != numbers[7]] == sorted(world.items)
