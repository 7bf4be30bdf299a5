"""A customer whose item cannot be read is set aside and reported. All other customers get their day."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customer_meter import METER_ATTRIBUTES
from domain.customer_options import OPTION_ATTRIBUTES
from domain.customer_rows import row_of
from domain.customers import ATTRIBUTES, Customer, InvalidCustomerError
from domain.object_keys import customers_part_key
from domain.readings import EXPORTED_COLUMNS
from lambdas.planner.set_aside import NAMED, NoUsableCustomers
from tests.unit.lambdas.examples import an_item, read_parquet, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

MISSING: dict[str, Any] = {}
BROKEN: dict[str, dict[str, Any]] = {
    "no name": {"name": MISSING},
    "nothing but its number": dict.fromkeys(set(ATTRIBUTES[1:]) - set(METER_ATTRIBUTES + OPTION_ATTRIBUTES), MISSING),
    "an unknown type": {"type": {"S": "Z"}},
    "a type of 300,000 characters": {"type": {"S": "Z" * 300_000}},
    "a number as the name": {"name": {"N": "7"}},
    "a list as the name": {"name": {"L": [{"S": "Ana"}]}},
    "bytes as the name": {"name": {"B": b"Ana"}},
    "null as the name": {"name": {"NULL": True}},
    "a set as the city": {"city": {"SS": ["Zagreb"]}},
    "a map as the address": {"address": {"M": {"street": {"S": "Ilica"}}}},
    "active as a text": {"active": {"S": "true"}},
    "active as a number": {"active": {"N": "1"}},
    "a name that is too long": {"name": {"S": "🔌" * 90_000}},
    "an e-mail address that is too long": {"email": {"S": "x" * 255}},
    "a control character": {"name": {"S": "Ana\0Anić"}},
    "an escape": {"city": {"S": "\x1b[31m"}},
    "half a surrogate pair": {"name": {"S": "Ana \ud83d"}},
    "the other half": {"county": {"S": "\udd0c"}},
    "a number with a fraction": {"billing_metering_point_number": {"S": "8.5"}},
    "a negative number": {"billing_metering_point_number": {"S": "-8"}},
    "small letters": {"billing_metering_point_number": {"S": "de1"}},
    "a number that is too long": {"billing_metering_point_number": {"S": "9" * 36}},
    "a number as a number": {"billing_metering_point_number": {"N": "8"}},
    "a length that no meter has": {"interval_minutes": {"N": "20"}},
    "a contracted power of 0 kW": {"contracted_kw": {"N": "0"}},
    "a wish for mail as a text": {"notify": {"S": "yes"}},
    "a language without mails": {"language": {"S": "de"}},
    "a supply without an offset": {"supplied_from": {"S": "2026-11-01T00:00:00"}},
}


def broken(number: int, changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (an_item(number) | changed).items() if value != MISSING}


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """Makes customers 1, 2 and 5. Customer 1 is silent, 2 and 5 sent a day. A test breaks the item of 5."""
    made = RunWorld(tmp_path, an_item(1), an_item(2), shards=2)
    made.rows = readings(2, DAY) + readings(5, DAY)
    return made


@pytest.mark.parametrize("changed", BROKEN.values(), ids=BROKEN.keys())
def test_the_others_day_is_complete_and_nothing_of_the_broken_ones_is_lost(
    world: RunWorld, tmp_path: Path, changed: dict[str, Any]
) -> None:
    world.dynamodb.items.insert(1, broken(5, changed))
    answer = world.run()
    assert answer["exported"]["rows"] == answer["enriched"]["rows"] == 2 * 92
    assert answer["enriched"]["rows_without_customer"] == 92
    assert world.queued == [("1", "MCD")]
    rows = [row for number in (0, 1) for row in read_parquet(tmp_path, world.part(number=number))]
    assert {(row[0], row[len(EXPORTED_COLUMNS)]) for row in rows} == {("2", "Šime 2"), ("5", None)}


@pytest.mark.parametrize("changed", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_customer_is_named_with_the_attribute_and_the_reason(world: RunWorld, changed: dict[str, Any]) -> None:
    world.dynamodb.items.append(broken(5, changed))
    planned = world.plan()
    assert (planned["customers"], planned["set_aside"]["customers"]) == (2, 1)
    assert planned["set_aside"]["subject"] == "Customers set aside: 1"
    message = planned["set_aside"]["message"]
    (named,) = [line for line in message.splitlines() if line.startswith(("customer 5: ", "a customer whose "))]
    assert all(attribute in named for attribute in changed)
    assert re.fullmatch(r"[ -~]{1,800}", named)
    assert "2026-03-29" in message
    assert "Ana" not in message


def test_its_day_comes_right_when_the_item_is_corrected(world: RunWorld) -> None:
    world.dynamodb.items.append(broken(5, {"type": {"S": "Z"}}))
    world.run(RUN)
    world.dynamodb.items[2] = an_item(5, "I")
    assert world.plan(OTHER_RUN)["set_aside"] == {"customers": 0}
    assert world.run(OTHER_RUN)["enriched"]["rows_without_customer"] == 0


def test_a_mail_names_some_and_counts_the_others(world: RunWorld) -> None:
    everything_wrong = {name: {"S": "Z" * 100_000} if name == "type" else {"NULL": True} for name in ATTRIBUTES[1:]}
    numbers = [f"1{number:034}" for number in range(NAMED + 1_000)]
    world.dynamodb.page_size = 200
    world.dynamodb.items += [an_item(number) | everything_wrong for number in numbers]
    told = world.plan()["set_aside"]
    named = [line for line in told["message"].splitlines() if line.startswith("customer 1")]
    assert [line.partition(":")[0] for line in named] == [f"customer {number}" for number in numbers[:NAMED]]
    assert "and 1,000 more" in told["message"]
    assert len(told["message"].encode()) < 16_384
    assert len(told["subject"]) < 100


def test_a_run_does_not_succeed_where_no_customer_can_be_read(world: RunWorld) -> None:
    world.dynamodb.items = [broken(number, {"type": {"S": "Z"}}) for number in range(1, 31)]
    with pytest.raises(NoUsableCustomers, match=r"none of the 30 customers.*\ncustomer 1: type 'Z'") as caught:
        world.plan()
    assert "and 10 more" in str(caught.value)
    assert not [key for _, key in world.s3.objects if "plan" in key], "no boundaries are kept for the day"


def test_a_table_without_customers_is_no_fault(world: RunWorld) -> None:
    world.dynamodb.items = []
    assert world.plan()["set_aside"] == {"customers": 0}


# Whatever an attribute holds, as DynamoDB has it.
TEXTS = st.text(st.characters(), max_size=5) | st.sampled_from(
    ["HH", "P", "x" * 101, "🔌" * 300, "null", "\\u0000", "a\0"]
)
VALUES = st.one_of(
    st.builds(lambda text: {"S": text}, TEXTS),
    st.builds(lambda number: {"N": str(number)}, st.integers() | st.decimals(allow_nan=False, allow_infinity=False)),
    st.builds(lambda value: {"BOOL": value}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda value: {"B": value}, st.binary(max_size=5)),
    st.builds(lambda texts: {"SS": texts}, st.lists(TEXTS, min_size=1, max_size=2)),
    st.builds(lambda texts: {"L": [{"S": text} for text in texts]}, st.lists(TEXTS, max_size=2)),
    st.builds(lambda texts: {"M": {text: {"S": text} for text in texts}}, st.lists(TEXTS, max_size=2)),
)
ITEMS = st.dictionaries(st.sampled_from(ATTRIBUTES[1:]) | TEXTS, VALUES).map(lambda changed: an_item(5) | changed)


@settings(max_examples=150, deadline=None)
@given(ITEMS)
def test_whatever_an_item_holds_it_is_set_aside_or_comes_through_as_it_is(item: dict[str, Any]) -> None:
    with TemporaryDirectory() as directory:
        world = RunWorld(Path(directory), an_item(1), item)
        planned = world.plan()
        (shard,) = planned["shards"]
        world.export(shard)
        world.enrich(shard)
        stored = read_parquet(Path(directory), world.s3.objects["enriched", customers_part_key(DAY.date, 0)])
    assert stored[0][:2] == ("1", "Šime 1")
    try:
        expected = [tuple(row_of(Customer.from_item(item)).values())]
    except InvalidCustomerError:
        expected = []
    assert stored[1:] == expected
    assert planned["set_aside"]["customers"] == 1 - len(expected)
