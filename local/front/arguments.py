"""Makes a command's arguments of its values. Each function has the name of its command and may raise `SettingsError`.

A day that cannot be run raises `DaysError`.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from artifacts import tfvars
from local.front.values import CUSTOMER_ACTIONS, KEY_ACTIONS, RULES, SettingsError, checked, shown
from local.launcher.hints import DEFAULT_STACK, make
from operations.days import Calendar, asked_days

Values = Mapping[str, str]

FROM_FILE = "SETTINGS_FROM_FILE"
"""This variable lists the settings that only `.env` gave. They are defaults, which the command did not ask for."""


def calendar() -> Calendar:
    """Returns the days that the local stack can run."""
    retention = int(tfvars.value("local", "readings_retention_days"))
    return Calendar.of(tfvars.value("local", "time_zone"), datetime.now(UTC), retention)


def pipeline(values: Values) -> Sequence[str]:
    """Returns the day or the days to run."""
    day, first, last = (values.get(name, "") for name in ("DATE", "FROM", "TO"))
    asked_days(calendar(), day, first, last, ("DATE", "FROM", "TO"))
    return ("--date", day, "--from", first, "--to", last)


def _require_publication(number: str) -> None:
    if number and re.fullmatch("[1-9][0-9]{0,5}", number) is None:
        raise SettingsError(f"NUMBER={shown(number)} is refused: use the number of a publication, as in NUMBER=1")


def published(values: Values) -> Sequence[str]:
    """Returns the day, and the publication to fetch."""
    if not values.get("DATE"):
        raise SettingsError(f"DATE is missing: use a day that has run, as in DATE={calendar().last}")
    number, folder = values.get("NUMBER", ""), values.get("FOLDER", "")
    _require_publication(number)
    return (
        *("--date", str(calendar().day("DATE", values["DATE"]))),
        *(("--number", number) if number else ()),
        *(("--to", folder) if folder else ()),
    )


def report(values: Values) -> Sequence[str]:
    """Returns the day or the month of the report."""
    day, month, number = values.get("DATE", ""), values.get("MONTH", ""), values.get("NUMBER", "")
    if bool(day) == bool(month):
        last = calendar().last
        raise SettingsError(f"give a day or a month, as in DATE={last} or MONTH={last:%Y-%m}")
    _require_publication(number)
    if month and number:
        raise SettingsError("NUMBER is the publication of a day. Leave it out with MONTH")
    return (
        *(("--month", month) if month else ("--date", str(calendar().day("DATE", day)))),
        *(("--number", number) if number else ()),
        *(("--format", values["FORMAT"]) if values.get("FORMAT") else ()),
        *(("--language", values["REPORT_LANGUAGE"]) if values.get("REPORT_LANGUAGE") else ()),
        *(("--file", values["FILE"]) if values.get("FILE") else ()),
    )


def whatif(values: Values) -> Sequence[str]:
    """Returns the file of parameters and the days to replay."""
    day = calendar().last
    if not values.get("CHECKS"):
        raise SettingsError("CHECKS is missing: give a TOML file with other parameters, as in CHECKS=candidate.toml")
    first, last = values.get("FROM", ""), values.get("TO", "")
    if not asked_days(calendar(), "", first, last, ("DATE", "FROM", "TO")):
        raise SettingsError(f"FROM and TO are missing: use days that have run, as in FROM={day} TO={day}")
    return ("--checks", values["CHECKS"], "--from", first, "--to", last, *_as_json(values))


def explain(values: Values) -> Sequence[str]:
    """Returns the alarm to explain."""
    if not values.get("ALARM"):
        raise SettingsError(f"ALARM is missing: name an alarm, as in ALARM={RULES['ALARM'].example}")
    return ("--alarm", values["ALARM"], *_as_json(values))


def query(values: Values) -> Sequence[str]:
    """Returns the query, or asks for the list of saved queries."""
    sql, name, day = values.get("SQL", ""), values.get("NAME", ""), values.get("DATE", "")
    if sql and name:
        raise SettingsError("SQL and NAME are 2 queries: give one of them")
    if day and not name:
        raise SettingsError("DATE is the day that a saved query takes for today: give its NAME too, as in NAME=peaks")
    asked = ("--sql", sql) if sql else ("--name", name) if name else ("--list",)
    # Any day will do: a query of a day without objects has no rows.
    return (*asked, *(("--today", day) if day else ()), "--format", values.get("ROWS") or "table")


def _as_json(values: Values) -> Sequence[str]:
    return ("--json",) if values.get("JSON") == "1" else ()


def alarms(values: Values) -> Sequence[str]:
    """Returns the alarms to list, or the one to change."""
    acknowledged, cleared = values.get("ACKNOWLEDGE", ""), values.get("CLEAR", "")
    if acknowledged and cleared:
        raise SettingsError("ACKNOWLEDGE and CLEAR are 2 commands: give one of them")
    if cleared and not values.get("REASON", "").strip():
        raise SettingsError('REASON is missing: a person clears an alarm with a reason, as in REASON="house is empty"')
    if acknowledged or cleared:
        by = ("--by", values["BY"]) if values.get("BY") else ()
        reason = ("--reason", values["REASON"]) if values.get("REASON") else ()
        return ("acknowledge" if acknowledged else "clear", acknowledged or cleared, *by, *reason)
    day = values.get("DATE", "")
    return (
        *("list", "--state", values.get("STATE") or "open", "--number", values.get("NUMBER", "")),
        *("--date", str(calendar().day("DATE", day)) if day else ""),
    )


def seed(values: Values) -> Sequence[str]:
    """Returns the number of customers, and the day of their readings."""
    arguments = ["demo", "--customers", checked(values, "CUSTOMERS") or "50"]
    if day := values.get("DATE", ""):
        calendar().day("DATE", day)
        arguments += ["--date", day]
    return arguments


def customers(values: Values) -> Sequence[str]:
    """Returns the action on the customers."""
    given = [name for name in CUSTOMER_ACTIONS if values.get(name)]
    if len(given) > 1:
        raise SettingsError(f"{' and '.join(given)} are {len(given)} commands: give one of them")
    if not given or given[0] == "EXPORT":
        return ("export", *(("--to", values["EXPORT"]) if given else ()))
    (action,) = given
    if not values.get("STACK") or "STACK" in values.get(FROM_FILE, "").split():
        raise SettingsError(f"STACK is missing: {action} changes a stack, so name it, as in STACK={DEFAULT_STACK}")
    if action == "DEACTIVATE":
        return ("deactivate", values[action])
    if action == "IMPORT":
        keys = ("--keys", values["KEYS"]) if values.get("KEYS") else ()
        return ("import", values[action], "--store", values.get("STORE") or "nothing", *keys)
    try:
        assignments = shlex.split(values.get("SET", ""))
    except ValueError as error:
        raise SettingsError(f"SET={shown(values['SET'])} is refused: {error}") from None
    if not assignments:
        raise SettingsError("SET is missing: give the attributes, as in SET='city=Zagreb name=\"Ana Anic\"'")
    return (action.lower(), values[action], *assignments)


def customer_key(values: Values) -> Sequence[str]:
    """Returns the customer and the action on the keys."""
    example = make("customer-key", values.get("STACK") or DEFAULT_STACK, NUMBER=1000000001) + " rotate"
    if not values.get("NUMBER"):
        raise SettingsError(f"NUMBER is missing: give the customer's billing metering point, as in {example}")
    action = values.get("ACTION", "")
    if not action:
        raise SettingsError(f"the action is missing: use one of {', '.join(KEY_ACTIONS)}, as in {example}")
    if action not in KEY_ACTIONS:
        raise SettingsError(f"{shown(action)} is no action: use one of {', '.join(KEY_ACTIONS)}, as in {example}")
    return (values["NUMBER"], action)


def smoke(values: Values) -> Sequence[str]:
    """Returns the number of the customer that the smoke test makes and deletes."""
    return ("--number", values["NUMBER"]) if values.get("NUMBER") else ()


def push(values: Values) -> Sequence[str]:
    """Refuses an image for another processor than the one of `aws.tfvars`."""
    architecture, wanted = values.get("ARCHITECTURE", ""), tfvars.value("aws", "cpu_architecture")
    if values.get("ECR_REPOSITORY") and architecture not in ("", wanted):
        raise SettingsError(
            f"ARCHITECTURE={architecture} is refused: aws.tfvars runs the tasks on cpu_architecture = "
            f'"{wanted}", and they could not start. Leave ARCHITECTURE out, or change cpu_architecture first'
        )
    return ()
