import re
from collections import Counter

import pytest

from domain.api_keys import hash_api_key, is_api_key
from domain.customers import Credentials, Customer, CustomerType
from seed import demo_key
from seed.customers import FIRST_NUMBER, demo_customer, demo_customers, demo_number
from seed.demo import DEMO_DAY
from seed.demo_faults import SILENT, WITH_GAPS
from seed.household import readings_of
from seed.keys import demo_api_key, demo_key_hashes
from tests.unit.lambdas.examples import ZAGREB


def test_a_customer_is_the_same_however_many_there_are() -> None:
    assert list(demo_customers(1_000))[:50] == list(demo_customers(50))


def test_the_first_customer_never_changes() -> None:
    customer = demo_customer(FIRST_NUMBER)
    assert (customer.name, customer.address, customer.city) == ("Toma Pavlović", "Savska cesta 24", "Zagreb")
    assert customer.email == "toma.pavlovic.1@example.com"
    assert customer.active


def test_types_come_in_a_fixed_mix() -> None:
    assert Counter(customer.type for customer in demo_customers(1_000)) == {
        CustomerType.HH: 600,
        CustomerType.C: 150,
        CustomerType.HHP: 100,
        CustomerType.I: 100,
        CustomerType.P: 50,
    }


def test_one_in_twenty_is_inactive() -> None:
    assert sum(not customer.active for customer in demo_customers(1_000)) == 50


def test_some_get_mail_in_their_language_and_the_contracted_power_covers_the_readings() -> None:
    customers = list(demo_customers(1_000))
    assert Counter(customer.language for customer in customers if customer.notify) == {"hr": 50, "en": 50}
    assert {demo_customer(number).language for number in (SILENT, WITH_GAPS)} == {"hr", "en"}
    for customer in customers[:40]:
        assert customer.contracted_kw
        highest = max((each.consumption_kwh for each in readings_of(customer, DEMO_DAY, ZAGREB)), default=0)
        assert highest * 4 < customer.contracted_kw


def test_numbers_and_emails_are_unique_and_mail_can_reach_nobody() -> None:
    customers = list(demo_customers(5_000))
    assert len({customer.metering_point for customer in customers}) == 5_000
    assert len({customer.email for customer in customers}) == 5_000
    address = re.compile(r"[a-z0-9.]+@(example\.com|[a-z]+\.example)")
    assert [customer.email for customer in customers if not address.fullmatch(customer.email)] == []


@pytest.mark.parametrize("number", [demo_number(-1), "10000000000", "DE1", ""])
def test_another_number_is_no_demo_customer(number: str) -> None:
    with pytest.raises(ValueError, match="no demo metering point"):
        demo_customer(number)


def test_the_order_of_the_numbers_is_the_order_of_their_text() -> None:
    numbers = [demo_number(index) for index in (0, 1, 9, 10, 99, 10**6)]
    assert numbers == sorted(numbers)


def test_an_item_is_read_back_as_the_customer_and_holds_only_the_keys_hash() -> None:
    customer = demo_customer(demo_number(2))
    item = customer.to_item(demo_key_hashes(customer))
    key = demo_api_key(customer.metering_point)
    assert Customer.from_item(item) == customer
    assert Credentials.from_item(item).api_key_hashes == (hash_api_key(key),)
    assert key not in str(item)


def test_keys_have_a_keys_form_and_differ() -> None:
    keys = {demo_api_key(customer.metering_point) for customer in demo_customers(1_000)}
    assert len(keys) == 1_000
    assert all(is_api_key(key) for key in keys)


def test_the_key_to_try_is_an_active_customers() -> None:
    number, key = demo_key()
    assert demo_customer(number).active
    assert key == demo_api_key(number) == "jw1kpqKRqnYSfCswn9iVxop-GJXmit9tVXOiAShO0F4"
