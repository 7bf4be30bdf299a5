"""A stack owns its settings. They are recorded when the stack is made, and every later command reads the record.

The record is `stack.json` in the stack's folder. `local/launcher/state.py` writes it, together with the stack's state.
"""

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from local.launcher import settings as places
from local.launcher.errors import ExpectedError
from local.launcher.hints import make
from local.launcher.settings import Settings

FILE = "stack.json"
FROM_FILE = "SETTINGS_FROM_FILE"
"""`local/front` lists here the settings that `.env` gives. They are defaults for new stacks."""

_FIXED = {"PORT": "port", "MODE": "mode", "IAM_ENFORCEMENT": "iam_enforcement", "FAULTS": "faults"}
_CHANGED_BY_UP = {
    "CUSTOMERS": "customers",
    "ADMIN_EMAIL": "admin_email",
    "LOG_LEVEL": "log_level",
    "CUSTOMER_NOTIFICATIONS": "customer_notifications",
    "CONSOLE_PORT": "console",
}


class RecordError(ExpectedError):
    """A command contradicts the record of its stack, or the record cannot be read. The message says what to do."""


def content(stack: Settings) -> dict[str, Any] | None:
    """Returns the whole record of the stack with this name, or None if there is none."""
    path = stack.directory / FILE
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise RecordError(f"{path} cannot be read: delete it, then run `{make('down', stack.name)}`") from None
    return found


def read(stack: Settings) -> Settings | None:
    """Returns the recorded settings of the stack with this name, or None if it was never made or is down."""
    found = content(stack)
    known = {field.name for field in dataclasses.fields(Settings)}
    return Settings(**{k: v for k, v in found["settings"].items() if k in known}) if found else None


def settle(environment: Mapping[str, str] = os.environ) -> Settings:
    """Returns the settings for a command: the recorded settings of a stack that is made, else the variables' values.

    Raises `RecordError` if the command names a fixed setting with another value than the recorded one.
    """
    given = Settings.from_environment(environment)
    recorded = read(given)
    if recorded is None:
        return given
    from_file = environment.get(FROM_FILE, "").split()
    for variable, field in _FIXED.items():
        asked, has = getattr(given, field), getattr(recorded, field)
        if not environment.get(variable) or variable in from_file or asked in (has, "auto"):
            continue
        raise RecordError(
            f"the stack {given.name!r} was made with {variable}={has}, not {asked}: leave {variable} out, "
            f"or run `{make('down', given.name)}` first"
        )
    wished = {field: getattr(given, field) for name, field in _CHANGED_BY_UP.items() if environment.get(name)}
    return dataclasses.replace(recorded, **wished)


def others(stack: Settings) -> Iterator[Settings]:
    """Yields the settings of the other stacks of this clone, running or not."""
    for path in sorted((places.LOCAL / "stacks").glob(f"*/{FILE}")):
        if path.parent.name == stack.name:
            continue
        found = read(Settings(name=path.parent.name))
        if found is not None:
            yield found


def holders(stack: Settings) -> dict[str, list[int]]:
    """Returns the stack's ports that belong to other stacks of this clone, by the other stack's name."""
    shared = {other.name: sorted(set(stack.ports).intersection(other.ports)) for other in others(stack)}
    return {name: ports for name, ports in shared.items() if ports}
