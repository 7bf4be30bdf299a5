"""Writes batches of readings as JSON text and reads them with the careful parser."""

import json
from typing import Any

import pytest

from service.http import json_body
from service.problems import ItemError, ProblemError
from service.readings import parser
from service.readings.parser import Delivery, Reading
from service.readings.times import Terms
from tests.unit.service.fakes import TERMS

START = "2026-11-23T10:15:00+01:00"
GOOD = {"interval_start": START, "consumption_kwh": 0.317}


def parse(text: str) -> list[Reading]:
    return parser.parse(json_body.parse(text.encode()), TERMS).readings


def delivered(body: Any, terms: Terms = TERMS, *, skip: bool = False) -> Delivery:
    return parser.parse(json_body.parse(json.dumps(body).encode()), terms, skip=skip)


def with_field(name: str, literal: str) -> str:
    fields = {key: json.dumps(value) for key, value in GOOD.items()} | {name: literal}
    return '{"readings": [{' + ", ".join(f'"{key}": {value}' for key, value in fields.items()) + "}]}"


def refusal(text: str) -> list[ItemError]:
    with pytest.raises(ProblemError) as caught:
        parse(text)
    assert caught.value.status == 422
    return list(caught.value.errors)
