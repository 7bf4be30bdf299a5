"""Reads and writes the optional attributes of a customer's item: the contracted power, and the mail about own alarms.

| attribute | DynamoDB's type | absent |
|---|---|---|
| `contracted_kw` | `N`, above 0, at most 1,000,000 | unknown |
| `notify` | `BOOL`: whether the customer gets mail about own alarms | false |
| `language` | `S`: `hr` or `en`, the language of that mail | `hr` |
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

OPTION_ATTRIBUTES = ("contracted_kw", "notify", "language")

MOST_KW = 1_000_000
"""1 GW. No single connection to a grid carries more."""


class Language(StrEnum):
    """A language of the mail to customers."""

    HR = "hr"
    EN = "en"


@dataclass(frozen=True)
class Options:
    """What a customer's item may leave out. `contracted_kw` is None where it is unknown."""

    contracted_kw: float | None = None
    notify: bool = False
    language: Language = Language.HR


DEFAULT_OPTIONS = Options()


def options_from_item(item: Mapping[str, Any]) -> tuple[Options, list[str]]:
    """Reads a DynamoDB item. Returns the options, with the default for each wrong attribute, and the faults."""
    faults: list[str] = []

    def read[T](attribute: str, reader: Callable[[Any], T], default: T) -> T:
        try:
            return reader(item[attribute]) if attribute in item else default
        except ValueError as error:
            faults.append(f"{attribute} {error}")
            return default

    contracted = read("contracted_kw", _kilowatts, None)
    notify = read("notify", _boolean, DEFAULT_OPTIONS.notify)
    language = read("language", _language, DEFAULT_OPTIONS.language)
    return Options(contracted, notify, language), faults


def options_to_item(options: Options) -> dict[str, Any]:
    """Returns the attributes in DynamoDB's JSON, without the ones that have their default."""
    item: dict[str, Any] = {}
    if options.contracted_kw is not None:
        item["contracted_kw"] = {"N": f"{Decimal(str(options.contracted_kw)):f}"}
    if options.notify:
        item["notify"] = {"BOOL": True}
    if options.language is not DEFAULT_OPTIONS.language:
        item["language"] = {"S": options.language.value}
    return item


def _kilowatts(value: Any) -> float | None:
    match value:
        case {"N": str(text)}:
            kilowatts = _number(text)
            if 0 < kilowatts <= MOST_KW:
                return kilowatts
            raise ValueError(f"is not above 0 and at most {MOST_KW:,}")
    raise ValueError("has another DynamoDB type than N")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _boolean(value: Any) -> bool:
    match value:
        case {"BOOL": bool(given)}:
            return given
    raise ValueError("has another DynamoDB type than BOOL")


def _language(value: Any) -> Language:
    match value:
        case {"S": str(text)} if text in set(Language):
            return Language(text)
        case {"S": _}:
            raise ValueError(f"is none of {', '.join(Language)}")
    raise ValueError("has another DynamoDB type than S")
