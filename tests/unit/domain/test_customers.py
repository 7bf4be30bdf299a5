"""DynamoDB items become customers, or errors that name the attribute."""

from dataclasses import replace
from typing import Any

import pytest

from domain.alarms import described, to_json
from domain.api_keys import hash_api_key
from domain.customer_options import OPTION_ATTRIBUTES
from domain.customer_rows import customer_of, row_of
from domain.customers import TEXT_LIMITS, Credentials, Customer, CustomerType, InvalidCustomerError
from tests.unit.lambdas.examples import API_KEY, a_customer, an_item


def test_which_types_must_report_network_parameters() -> None:
    assert {kind: kind.must_report_parameters for kind in CustomerType} == {
        "HH": False,
        "HHP": True,
        "I": True,
        "C": True,
        "P": True,
    }


@pytest.mark.parametrize("kind", list(CustomerType))
def test_an_item_and_its_customer_are_one_to_one(kind: CustomerType) -> None:
    customer = a_customer("DE0001234567890000000000000000001", kind, active=False)
    assert Customer.from_item(customer.to_item([])) == customer


def test_the_contracted_power_and_the_wishes_about_mail() -> None:
    told = {"contracted_kw": {"N": "17.25"}, "notify": {"BOOL": True}, "language": {"S": "en"}}
    customer = Customer.from_item(an_item(7) | told)
    assert (customer.contracted_kw, customer.notify, customer.language) == (17.25, True, "en")
    assert {name: customer.to_item([])[name] for name in told} == told
    assert customer_of(tuple(row_of(customer).values())) == customer
    silent = Customer.from_item(an_item(7))
    assert (silent.contracted_kw, silent.notify, silent.language) == (None, False, "hr")
    assert not set(OPTION_ATTRIBUTES) & set(silent.to_item([]))


@pytest.mark.parametrize(("text", "kilowatts"), [("0.001", 0.001), ("1E+2", 100.0), ("1000000", 1_000_000.0)])
def test_powers_that_a_contract_may_have(text: str, kilowatts: float) -> None:
    assert Customer.from_item(an_item(7) | {"contracted_kw": {"N": text}}).contracted_kw == kilowatts


def test_credentials() -> None:
    assert Credentials.from_item(an_item(7)) == Credentials("7", active=True, api_key_hashes=(hash_api_key(API_KEY),))


BAD: dict[str, list[dict[str, Any] | None]] = {
    "billing_metering_point_number": [None, {"N": "1"}, {"S": ""}, {"S": "1" * 36}, {"S": "1.5"}, {"S": "de1"}],
    "name": [
        None,
        {"N": "1"},
        {"NULL": True},
        {"L": [{"S": "a"}]},
        {"B": b"a"},
        {"BOOL": True},
        {"M": {}},
        {"SS": ["a"]},
        {"S": "x" * 201},
        {"S": "🔌" * 90_000},
        {"S": "a\0b"},
        {"S": "a\x1bb"},
        {"S": "\x85"},
        {"S": "\ud83d"},
        {"S": "\uffff"},
    ],
    "address": [None, {"S": "x" * 301}],
    "city": [None, {"S": "x" * 101}],
    "county": [None, {"S": "x" * 101}],
    "email": [None, {"S": f"{'x' * 250}@a.hr"}],
    "type": [None, {"S": "X"}, {"S": ""}, {"S": "hh"}, {"S": "Z" * 300_000}, {"S": "\ud83d\0"}, {"SS": ["HH"]}],
    "active": [None, {"S": "true"}, {"N": "1"}],
    "interval_minutes": [{"N": "20"}, {"S": "15"}, {"NULL": True}],
    "supplied_from": [{"S": "2026-11-01"}, {"N": "1"}],
    "supplied_until": [{"S": "2026-11-01T00:00:00"}],
    "contracted_kw": [{"N": "0"}, {"N": "-1"}, {"N": "1000000.1"}, {"N": "NaN"}, {"N": "x"}, {"S": "9.2"}],
    "notify": [{"S": "true"}, {"N": "1"}, {"NULL": True}],
    "language": [{"S": "de"}, {"S": "HR"}, {"S": ""}, {"SS": ["hr"]}],
}


@pytest.mark.parametrize(("attribute", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_an_item_out_of_shape_is_named(attribute: str, value: dict[str, Any] | None) -> None:
    item = {name: each for name, each in an_item(41).items() if name != attribute}
    if value is not None:
        item[attribute] = value
    with pytest.raises(InvalidCustomerError, match=attribute) as caught:
        Customer.from_item(item)
    assert attribute == "billing_metering_point_number" or "41" in str(caught.value)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isascii()


def test_everything_that_is_wrong_is_named_at_once() -> None:
    item = an_item(41) | {"name": {"N": "1"}, "type": {"S": "Z"}, "email": {"S": "x" * 300}}
    with pytest.raises(InvalidCustomerError) as caught:
        Customer.from_item(item)
    assert caught.value.faults == (
        "name has DynamoDB's type N instead of S",
        "email has 300 characters, 254 are the most",
        "type 'Z' is none of HH, HHP, I, C, P",
    )


@pytest.mark.parametrize(("attribute", "most"), TEXT_LIMITS.items())
@pytest.mark.parametrize("character", ["x", "č", "🔌", "\n"])
def test_a_text_may_be_as_long_as_its_limit(attribute: str, most: int, character: str) -> None:
    text = character * most
    assert getattr(Customer.from_item(an_item(41) | {attribute: {"S": text}}), attribute) == text


def test_attributes_that_nobody_knows_are_ignored() -> None:
    assert Customer.from_item(an_item(41) | {"tariff": {"L": [{"N": "1"}]}, "": {"B": b"x"}}) == a_customer(41)


def test_the_longest_customer_makes_a_message_as_long_as_is_said() -> None:
    texts: dict[str, Any] = {attribute: "🔌" * most for attribute, most in TEXT_LIMITS.items()}
    customer = described(replace(a_customer(41), **texts))
    assert sum(len(to_json(customer[attribute])) - 2 for attribute in TEXT_LIMITS) == 11_448


@pytest.mark.parametrize(
    "hashes",
    [None, {"S": "a" * 64}, {"L": [{"S": "plain-key"}]}, {"L": [{"S": "A" * 64}]}, {"L": [{"N": "1"}]},
     {"L": [{"S": "a" * 64}] * 3}],
)  # fmt: skip
def test_credentials_out_of_shape_raise_without_showing_them(hashes: dict[str, Any] | None) -> None:
    item = {**an_item(41), "api_key_hashes": hashes}
    if hashes is None:
        del item["api_key_hashes"]
    with pytest.raises(InvalidCustomerError, match="customer 41") as caught:
        Credentials.from_item(item)
    assert "aaaa" not in str(caught.value).lower()
    assert "plain" not in str(caught.value)


def test_credentials_show_no_hash() -> None:
    credentials = Credentials.from_item(an_item(7))
    assert credentials.api_key_hashes[0] not in repr(credentials)
