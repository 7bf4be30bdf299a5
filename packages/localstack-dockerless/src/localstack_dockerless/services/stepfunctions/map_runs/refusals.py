"""Refuses definitions with a distributed Map that the emulator cannot run faithfully. The answer names the field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from localstack.aws.api import CommonServiceException

NOT_SUPPORTED = {
    "ItemBatcher": "give each item an execution of its own",
    "WriterConfig": "read the result files as they are",
}
"""Fields of a Map state, with what to do instead."""


def check(operation: str, definition: str | None) -> None:
    """Raises `CommonServiceException` for a distributed Map with a field that is not supported."""
    try:
        states = list(_maps(json.loads(definition or "null")))
    except ValueError:
        return  # Step Functions itself refuses a text that is no JSON
    for state in states:
        for where, what, instead in _faults(state):
            message = (
                f"{operation} with {where}{what} in a distributed Map is not supported by this emulator: {instead}."
            )
            raise CommonServiceException("InternalFailure", message, status_code=501)


def _faults(state: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "ItemBatcher" in state:
        yield "", "ItemBatcher", NOT_SUPPORTED["ItemBatcher"]
    if "WriterConfig" in (state.get("ResultWriter") or {}):
        yield "ResultWriter's ", "WriterConfig", NOT_SUPPORTED["WriterConfig"]
    processor = state.get("ItemProcessor") or {}
    if (processor.get("ProcessorConfig") or {}).get("ExecutionType") == "EXPRESS":
        yield "ExecutionType ", "EXPRESS", "use STANDARD"


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        config = (value.get("ItemProcessor") or {}).get("ProcessorConfig") if value.get("Type") == "Map" else None
        if isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED":
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _maps(each)
