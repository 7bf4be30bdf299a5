"""An operator gives out, rotates, revokes and shows the keys of a customer."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from domain.api_keys import hash_api_key, is_api_key
from operations import customer_key
from operations.customer_key import OutputsError, perform, read_outputs
from operations.customer_keys import CustomerKeys, KeysError, NewKey
from tests.unit.lambdas.examples import a_customer
from tests.unit.lambdas.fakes import FakeDynamoDB

NUMBER = "1000000001"
NOW = datetime(2026, 11, 24, 22, 0, 0, tzinfo=UTC)
OUTPUTS = {
    "customers_table": "customers",
    "key_revocation_seconds": 70,
    "name": "energy",
    "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:energy-pipeline",
}
KEY = re.compile(r"^  ([A-Za-z0-9_-]{43})$", re.MULTILINE)


def table(*keys: str) -> FakeDynamoDB:
    """Makes a table with the customer `NUMBER`, who has these keys, the oldest first."""
    return FakeDynamoDB(a_customer(NUMBER).to_item([hash_api_key(key) for key in keys]))


def run(dynamodb: FakeDynamoDB, action: str, number: str = NUMBER) -> int:
    return perform(action, number, dynamodb, OUTPUTS, now=NOW)


def hashes(dynamodb: FakeDynamoDB) -> list[str]:
    return [entry["S"] for entry in dynamodb.items[0]["api_key_hashes"]["L"]]


def test_a_rotation_stores_a_hash_and_shows_the_key_once(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43)
    assert run(dynamodb, "rotate") == 0
    printed = capsys.readouterr().out
    (key,) = KEY.findall(printed)
    assert printed.count(key) == 1
    assert is_api_key(key)
    assert hashes(dynamodb) == [hash_api_key("a" * 43), hash_api_key(key)]
    assert key not in json.dumps(dynamodb.items) + json.dumps(dynamodb.requests)
    assert "The key before the new one works too" in printed


def test_a_customer_without_a_key_gets_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table()
    assert run(dynamodb, "rotate") == 0
    assert len(hashes(dynamodb)) == 1
    assert "It is the only one." in capsys.readouterr().out


def test_a_third_key_ends_the_oldest_and_says_until_when_it_may_live(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43, "b" * 43)
    assert run(dynamodb, "rotate") == 0
    assert hashes(dynamodb)[0] == hash_api_key("b" * 43)
    assert "The oldest key has ended: the gateway may still remember it until 22:01:10 UTC." in capsys.readouterr().out


def test_a_revocation_ends_the_older_key_and_says_until_when_it_may_live(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43, "b" * 43)
    assert run(dynamodb, "revoke") == 0
    assert hashes(dynamodb) == [hash_api_key("b" * 43)]
    assert "22:01:10 UTC" in capsys.readouterr().out


@pytest.mark.parametrize("keys", [(), ("a" * 43,)])
def test_revoke_never_takes_the_last_key(keys: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table(*keys)
    assert run(dynamodb, "revoke") == 1
    assert len(hashes(dynamodb)) == len(keys)
    assert "rotate" in capsys.readouterr().err


def test_revoke_all_does(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43, "b" * 43)
    assert run(dynamodb, "revoke-all") == 0
    assert hashes(dynamodb) == []
    assert "22:01:10 UTC" in capsys.readouterr().out


def test_when_each_key_was_last_used_is_shown_and_no_hash(capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43, "b" * 43)
    dynamodb.items[0]["api_keys_last_used"] = {"M": {hash_api_key("a" * 43): {"S": "2026-11-20"}}}
    assert run(dynamodb, "show") == 0
    printed = capsys.readouterr().out
    assert "the older key: last used on 2026-11-20 (UTC)" in printed
    assert "the newer key: never used" in printed
    assert not re.search(r"[0-9a-f]{64}", printed)


@pytest.mark.parametrize("action", customer_key.ACTIONS)
def test_an_unknown_customer_is_said_and_not_made(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    dynamodb = table("a" * 43)
    assert run(dynamodb, action, number="2") == 1
    assert "no customer 2" in capsys.readouterr().err
    assert len(dynamodb.items) == 1


@pytest.mark.parametrize("action", ["rotate", "revoke", "revoke_all"])
def test_of_two_changes_at_once_one_changes_nothing(action: str) -> None:
    dynamodb = table("a" * 43, "b" * 43)
    keys = CustomerKeys(cast("Any", dynamodb), "customers")
    theirs: list[NewKey] = []

    def rotate_in_between() -> None:
        dynamodb.before_update = lambda: None
        theirs.append(keys.rotate(NUMBER))

    dynamodb.before_update = rotate_in_between
    with pytest.raises(KeysError, match="somebody else"):
        getattr(keys, action)(NUMBER)
    assert hashes(dynamodb) == [hash_api_key("b" * 43), hash_api_key(theirs[0].key)]


def test_a_new_keys_repr_has_no_key() -> None:
    assert "k" * 43 not in repr(NewKey("k" * 43, before=1, ended=0))


def test_terraforms_outputs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps({name: {"value": value, "type": "string"} for name, value in OUTPUTS.items()}))
    assert read_outputs(path) == OUTPUTS


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"customers_table": "a name"}'])
def test_anything_else_is_not_taken_for_them(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "outputs.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(OutputsError):
        read_outputs(path)


@pytest.mark.parametrize("arguments", [["de1", "rotate"], ["1000000001", "steal"], ["", "rotate"], ["1000000001", ""]])
def test_a_wrong_call_says_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        customer_key.main([*arguments, "--outputs", "none"])
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("action", customer_key.ACTIONS)
def test_a_change_needs_the_stacks_name(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, dynamodb = tmp_path / "outputs.json", table("a" * 43, "b" * 43)
    path.write_text(json.dumps(OUTPUTS))

    class Sts:
        @staticmethod
        def get_caller_identity() -> dict[str, str]:
            return {"Account": "123456789012"}

    clients: dict[str, Any] = {"sts": Sts, "dynamodb": dynamodb}
    monkeypatch.setattr("operations.target.boto3.client", lambda service, region_name: clients[service])
    before = hashes(dynamodb)
    assert customer_key.main([NUMBER, action, "--outputs", str(path)]) == int(action != "show")
    assert hashes(dynamodb) == before
    if action != "show":
        assert "a change needs --stack energy" in capsys.readouterr().err
    assert customer_key.main([NUMBER, action, "--outputs", str(path), "--stack", "energy"]) == 0
