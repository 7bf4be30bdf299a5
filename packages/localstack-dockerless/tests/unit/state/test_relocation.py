"""Addresses in a state of another port are rewritten."""

import pickle
from dataclasses import dataclass

import pytest

from localstack_dockerless.state.relocation import Relocation, between
from localstack_dockerless.state.unpickling import loads

MOVED = Relocation({5260: 5360, 5261: 5361})


@dataclass
class Settings:
    url: str
    port: int


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("http://127.0.0.1:5260/000000000000/queue", "http://127.0.0.1:5360/000000000000/queue"),
        ("http://localhost:5260", "http://localhost:5360"),
        ("http://s3.localhost.localstack.cloud:5260/", "http://s3.localhost.localstack.cloud:5360/"),
        ("postgresql://u@127.0.0.1:5261/d and 127.0.0.1:5260", "postgresql://u@127.0.0.1:5361/d and 127.0.0.1:5360"),
        ("host%3A: 127.0.0.1%3A5260", "host%3A: 127.0.0.1%3A5360"),
        ('{"url": "http://127.0.0.1:5260"}', '{"url": "http://127.0.0.1:5360"}'),
        ("5261", "5361"),
    ],
)
def test_addresses_are_rewritten(was, now):
    assert MOVED.text(was) == now


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1:52600", "1127.0.0.1:5260", "example.org:5260", "port 5261", "52611", "", "127.0.0.1:5259", "at 5260 s"],
)
def test_everything_else_stays(text):
    assert MOVED.text(text) == text


def test_ports_that_change_places():
    swapped = Relocation({5260: 5261, 5261: 5260})
    assert swapped.text("127.0.0.1:5260 127.0.0.1:5261") == "127.0.0.1:5261 127.0.0.1:5260"


def test_between_ports():
    assert between({"gateway": 1, "postgres": 2}, {"gateway": 1, "postgres": 2}) is None
    assert between({"gateway": 1, "postgres": 2}, {"gateway": 3}) == Relocation({1: 3})


def test_every_text_of_a_pickle_is_rewritten():
    long = "x" * 300 + " http://127.0.0.1:5260"
    value = {"127.0.0.1:5260": [Settings("http://127.0.0.1:5260/a", 5260), ("127.0.0.1:5261", b"127.0.0.1:5260", long)]}
    read = loads(pickle.dumps(value), MOVED)
    assert read == {
        "127.0.0.1:5360": [
            Settings("http://127.0.0.1:5360/a", 5260),  # a number may be anything
            ("127.0.0.1:5361", b"127.0.0.1:5260", long.replace("5260", "5360")),
        ]
    }


def test_a_text_that_occurs_twice_stays_one_object():
    text = "http://127.0.0.1:5260"
    first, second = loads(pickle.dumps([text, text]), MOVED)
    assert first == "http://127.0.0.1:5360"
    assert second == first


def test_without_a_relocation_nothing_changes():
    assert loads(pickle.dumps(["http://127.0.0.1:5260"])) == ["http://127.0.0.1:5260"]
