"""API keys and their hashes."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.shared import api_keys
from lambdas.shared.api_keys import MAX_KEYS, generate_api_key, hash_api_key, is_api_key, is_api_key_hash, matches

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
    assert matches(key, [hash_api_key(each) for each in stored]) is (key in stored)


def test_the_hash_itself_is_no_key() -> None:
    stored = hash_api_key("a" * 43)
    assert not matches(stored, [stored])


def test_the_place_holder_of_an_absent_key_never_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "_DUMMY_HASH", hash_api_key("a" * 43))
    assert not matches("a" * 43, [])


@pytest.mark.parametrize("stored", [[], ["a" * 43], ["a" * 43, "b" * 43], ["b" * 43, "a" * 43]])
def test_the_same_comparisons_are_made_whoever_it_is(stored: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(one: str, other: str) -> bool:
        compared.append(one)
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    matches("a" * 43, [hash_api_key(key) for key in stored])
    assert len(compared) == MAX_KEYS
