"""Reading customers out of DynamoDB items."""

from typing import Any

import pytest

from lambdas.shared.api_keys import hash_api_key
from lambdas.shared.customers import Credentials, Customer, CustomerType, InvalidCustomerError
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
    customer = a_customer(999_999_999_999_999_999, kind, active=False)
    assert Customer.from_item(customer.to_item([])) == customer


def test_credentials() -> None:
    assert Credentials.from_item(an_item(7)) == Credentials(7, active=True, api_key_hashes=(hash_api_key(API_KEY),))


BAD: dict[str, list[dict[str, Any] | None]] = {
    "billing_metering_point_number": [None, {"S": "1"}, {"N": "0"}, {"N": "1234567890123456789"}, {"N": "1.5"}],
    "name": [None, {"N": "1"}, {"NULL": True}],
    "type": [None, {"S": "X"}, {"S": ""}, {"S": "hh"}],
    "active": [None, {"S": "true"}, {"N": "1"}],
}


@pytest.mark.parametrize(("attribute", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_an_item_out_of_shape_is_named(attribute: str, value: dict[str, Any] | None) -> None:
    item = {name: each for name, each in an_item(41).items() if name != attribute}
    if value is not None:
        item[attribute] = value
    with pytest.raises(InvalidCustomerError, match=attribute) as caught:
        Customer.from_item(item)
    assert attribute == "billing_metering_point_number" or "41" in str(caught.value)


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
