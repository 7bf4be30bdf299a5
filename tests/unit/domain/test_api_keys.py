"""API keys are random, and only their hashes are stored and compared."""

import base64
import hmac
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import api_keys
from domain.api_keys import (
    MAX_KEYS,
    generate_api_key,
    hash_api_key,
    is_api_key,
    is_api_key_hash,
    matching_hash,
    rotated,
    without_older,
)

KEYS = st.text("abcXYZ019_-", min_size=43, max_size=43)


def test_a_generated_key_has_the_form_of_one() -> None:
    assert is_api_key(generate_api_key())
    assert is_api_key_hash(hash_api_key(generate_api_key()))


@pytest.mark.parametrize(
    "text",
    ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 43 + "\n", "a" * 42 + "é", "k" * 43 + "," + "k" * 43, None, 1],
)
def test_what_is_no_key(text: object) -> None:
    assert not is_api_key(text)


@given(KEYS, st.lists(KEYS, max_size=MAX_KEYS))
def test_a_key_matches_where_its_hash_is_stored(key: str, stored: list[str]) -> None:
    expected = hash_api_key(key) if key in stored else None
    assert matching_hash(key, [hash_api_key(each) for each in stored]) == expected


def test_the_hash_itself_is_no_key() -> None:
    stored = hash_api_key("a" * 43)
    assert matching_hash(stored, [stored]) is None


def test_the_place_holder_of_an_absent_key_never_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "_DUMMY_HASH", hash_api_key("a" * 43))
    assert matching_hash("a" * 43, []) is None


@pytest.mark.parametrize("stored", [[], ["a" * 43], ["a" * 43, "b" * 43], ["b" * 43, "a" * 43]])
def test_the_same_comparisons_are_made_whoever_it_is(stored: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(one: str, other: str) -> bool:
        compared.append(one)
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    matching_hash("a" * 43, [hash_api_key(key) for key in stored])
    assert len(compared) == MAX_KEYS


def test_a_key_is_32_bytes_of_the_systems_random_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: f"{size} bytes")
    assert generate_api_key() == "32 bytes"


def test_all_256_bits_of_a_key_vary() -> None:
    seen = [int.from_bytes(base64.urlsafe_b64decode(generate_api_key() + "=")) for _ in range(100)]
    always_set, ever_set = seen[0], 0
    for bits in seen:
        always_set, ever_set = always_set & bits, ever_set | bits
    assert (always_set, ever_set) == (0, 2**256 - 1)


def test_no_two_generated_keys_are_alike() -> None:
    assert len({generate_api_key() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("before", "after"),
    [((), ("new",)), (("a",), ("a", "new")), (("a", "b"), ("b", "new"))],
    ids=["the first key", "a second key", "a third key ends the first"],
)
def test_a_rotation_keeps_the_newest_key_beside_the_new_one(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert rotated(before, "new") == after
    assert len(after) <= MAX_KEYS


@pytest.mark.parametrize(("before", "after"), [((), ()), (("a",), ("a",)), (("a", "b"), ("b",))])
def test_the_end_of_a_rotation_leaves_the_newest_key(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert without_older(before) == after
