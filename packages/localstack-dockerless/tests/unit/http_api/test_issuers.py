"""The keys of a JWT issuer come from this machine alone."""

import json
from pathlib import Path

import pytest

from localstack_dockerless.services.apigatewayv2.execute_api.issuers import (
    VARIABLE,
    KeysUnavailableError,
    place_of,
    places,
    read_keys,
)
from localstack_dockerless.services.apigatewayv2.execute_api.loopback import is_loopback


def test_the_setting_names_a_place_for_each_issuer() -> None:
    text = "https://a.example=/keys/a.json https://b.example/pool=http://127.0.0.1:9000"
    assert places(text) == {"https://a.example": "/keys/a.json", "https://b.example/pool": "http://127.0.0.1:9000"}


@pytest.mark.parametrize("text", ["https://a.example", "a.example=/keys", "https://a.example=https://b.example"])
def test_a_wrong_setting_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=VARIABLE):
        places(text)


def test_an_issuer_on_this_machine_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert place_of("http://localhost:9000/pool") == "http://localhost:9000/pool"
    assert place_of("https://a.example") is None
    monkeypatch.setenv(VARIABLE, "https://a.example=/k")
    assert place_of("https://a.example") == "/k"


def test_keys_are_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": []}))
    monkeypatch.setenv(VARIABLE, f"https://a.example={file}")
    assert read_keys("https://a.example") == {"keys": []}
    file.write_text("[]")
    with pytest.raises(KeysUnavailableError, match="not a JSON object"):
        read_keys("https://a.example")
    file.unlink()
    with pytest.raises(KeysUnavailableError, match=r"https://a\.example cannot be read"):
        read_keys("https://a.example")


def test_no_keys_of_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(KeysUnavailableError, match=VARIABLE):
        read_keys("https://a.example")


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.1.2.3", "::1", "LOCALHOST."])
def test_addresses_of_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "10.0.0.1", "192.0.2.1", "", None])
def test_other_addresses(host: str | None) -> None:
    assert not is_loopback(host)
