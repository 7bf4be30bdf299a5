"""Writes `docs/checks.md`, the table of the checks of a customer's day, from the checks themselves.

Run it with `python -m local.commands.checks`. A test fails where the file differs.
"""

import inspect
import sys

from domain.customers import CustomerType
from domain.findings import CHECKS, Check
from domain.findings.parameters import Parameter, Value
from local import shell
from local.launcher.settings import REPOSITORY

PATH = REPOSITORY / "docs" / "checks.md"

_HEAD = """# The checks of a customer's day

`python -m local.commands.checks` writes this file from `domain/findings/checks/`, which has one file for each check.
[CONTRIBUTING](../CONTRIBUTING.md#a-check-of-a-customers-day) says how to add a check. [detection.md](detection.md) says
which share of planted faults each check finds, and how many false alarms it raises.

A check looks at the due readings of an active customer. A finding of severity `alarm` is told to people, and its day is
no like day of later days. A finding of severity `note` is published only. Like days are days of the same kind out of
the last 28: working days, Saturdays, or Sundays and holidays of the zone's country. A like day is complete and has no
finding of severity `alarm`. With fewer than 3 of them a day is compared with none. A check yields to the checks that
explain the same fault better.
"""


def document() -> str:
    """Returns the document's text."""
    rows = "\n".join(f"| [{each.code}](#{_anchor(each)}) | {each.finds} | {each.severity} |" for each in CHECKS)
    table = f"| code | finds | severity |\n|---|---|---|\n{rows}\n"
    return "\n".join([_HEAD, table, *map(_section, CHECKS)])


def _heading(check: Check) -> str:
    return f"{check.code} {check.title}"


def _anchor(check: Check) -> str:
    return _heading(check).lower().replace(" ", "-")


def _section(check: Check) -> str:
    described = inspect.getdoc(sys.modules[check.judge.__module__]) or ""
    details = inspect.getdoc(check.judge) or ""
    parts = [f"## {_heading(check)}\n", f"{described}\n"]
    if check.parameters:
        rows = "\n".join(map(_row, check.parameters))
        parts.append(f"| parameter | unit | default | meaning |\n|---|---|---|---|\n{rows}\n")
    parts.append(f"{details}\n")
    if check.yields_to:
        parts.append(f"It yields to {', '.join(check.yields_to)}.\n")
    return "\n".join(parts)


def _row(parameter: Parameter) -> str:
    default = _text(parameter.default)
    others = [f"{kind} {_text(parameter.by_type[kind])}" for kind in CustomerType if kind in parameter.by_type]
    return f"| `{parameter.name}` | {parameter.unit} | {', '.join([default, *others])} | {parameter.meaning} |"


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return f"{value:f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    shell.keep_out()
    PATH.write_text(document(), encoding="utf-8")
    print(PATH.relative_to(REPOSITORY))
