"""Defines the `make` commands: the values that each takes, the Python environments that it needs, and its program."""

import contextlib
import os
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import NoReturn

from artifacts import environments, tfvars
from local.front import compose, dotenv
from local.front.values import (
    CUSTOMER_ACTIONS,
    KEY_ACTIONS,
    NAMES,
    RULES,
    STACK_SETTINGS,
    SettingsError,
    checked,
    shown,
)
from local.launcher.hints import DEFAULT_STACK, make
from operations.days import Calendar, DaysError, asked_days

REPOSITORY = Path(__file__).resolve().parents[2]
Values = Mapping[str, str]

STACK = environments.NAMES
CLEAN = ("-E", "-s", "-X", "utf8")
"""Python ignores its variables of the shell and the user's packages, as in the Makefile."""
FROM_FILE = "SETTINGS_FROM_FILE"
"""This variable lists the settings that only `.env` gave. They are defaults, which the command did not ask for."""
PROJECT: tuple[str, ...] = ("project",)
TESTS = (*STACK, "scan")


def _fixed(*arguments: str) -> Callable[[Values], Sequence[str]]:
    return lambda _: arguments


_NO_ARGUMENTS = _fixed()


class Of(Enum):
    """Says whether a command uses a stack, and whether it needs the stack for itself."""

    NO_STACK = auto()
    STACK = auto()
    STACK_ALONE = auto()
    """Two such commands must not run on one stack at the same time."""


@dataclass(frozen=True)
class Command:
    """A command runs `target`, which is a module or `module:function`.

    A module gets the arguments that `arguments` makes of the values. A function gets the stack's settings
    (`local/run.py`) and returns an exit code. `values` names the values that the command takes in addition to the
    stack's settings.
    """

    target: str
    environments: tuple[str, ...] = PROJECT
    values: tuple[str, ...] = ()
    of: Of = Of.NO_STACK
    arguments: Callable[[Values], Sequence[str]] = _NO_ARGUMENTS


def main(arguments: Sequence[str]) -> int:
    """Runs the command that the first argument names. The further arguments are words for that command.

    Returns 1 or 2 if the command is refused. An accepted command replaces this process, so `main` does not return.
    """
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m local {{{','.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    name = arguments[0]
    try:
        return _run(name, arguments[1:])
    except (SettingsError, DaysError) as error:
        print(f"make {name}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"make {name}: {error.filename or REPOSITORY}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\nmake {name} was interrupted", file=sys.stderr)
        return 130
    return 1


def _run(name: str, words: Sequence[str]) -> int:
    command = COMMANDS[name]
    needed = command.environments
    values = with_file(os.environ, REPOSITORY / ".env") | ({"ACTION": " ".join(words)} if words else {})
    for value in (*STACK_SETTINGS, *command.values):
        checked(values, value)
    if compose.is_here(values):
        compose.refuse(name)
        needed = compose.environments(needed)
    arguments = command.arguments(values)
    os.environ.update(values)
    if name == "doctor":
        return _doctor(values)
    with contextlib.redirect_stdout(sys.stderr):  # the output of `make env` and `make psql` is for programs
        code = environments.main(list(needed))
    if code == 0:
        program = ["local.run", name] if ":" in command.target else [command.target, *arguments]
        _hand_on([str(environments.python_of("project")), *CLEAN, "-m", *program], values)
    return code


def _hand_on(command: list[str], environment: Values) -> NoReturn:
    """Replaces this process by the command, so that `make` sends it the signals and gets its exit code."""
    sys.stdout.flush()
    os.execve(command[0], command, dict(environment))  # noqa: S606 -- no shell is wanted


def with_file(environment: Values, path: Path) -> dict[str, str]:
    """Returns `environment` with the settings of the file. The command line and the shell take precedence over `.env`.

    Raises a `SettingsError` that names the line of a wrong value.
    """
    values, given = dict(environment), []
    for name, (value, number) in dotenv.read(path, NAMES, environment).items():
        if name in environment:
            continue
        values[name] = value
        given.append(name)
        try:
            if name in RULES:
                checked(values, name)
        except SettingsError as error:
            raise SettingsError(f"{path.name}, line {number}: {error}") from None
    return values | ({FROM_FILE: " ".join(given)} if given else {})


def _doctor(values: Values) -> int:
    from local.launcher import doctor, settings  # noqa: PLC0415 -- the other commands need none of it

    return doctor.doctor(settings.Settings.from_environment(values))


def calendar() -> Calendar:
    """Returns the days that the local stack can run."""
    retention = int(tfvars.value("local", "readings_retention_days"))
    return Calendar.of(tfvars.value("local", "time_zone"), datetime.now(UTC), retention)


def _pipeline(values: Values) -> Sequence[str]:
    day, first, last = (values.get(name, "") for name in ("DATE", "FROM", "TO"))
    asked_days(calendar(), day, first, last, ("DATE", "FROM", "TO"))
    return ("--date", day, "--from", first, "--to", last)


def _require_publication(number: str) -> None:
    if number and re.fullmatch("[1-9][0-9]{0,5}", number) is None:
        raise SettingsError(f"NUMBER={shown(number)} is refused: use the number of a publication, as in NUMBER=1")


def _published(values: Values) -> Sequence[str]:
    if not values.get("DATE"):
        raise SettingsError(f"DATE is missing: use a day that has run, as in DATE={calendar().last}")
    number, folder = values.get("NUMBER", ""), values.get("FOLDER", "")
    _require_publication(number)
    return (
        *("--date", str(calendar().day("DATE", values["DATE"]))),
        *(("--number", number) if number else ()),
        *(("--to", folder) if folder else ()),
    )


def _report(values: Values) -> Sequence[str]:
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
        *(("--file", values["FILE"]) if values.get("FILE") else ()),
    )


def _whatif(values: Values) -> Sequence[str]:
    day = calendar().last
    if not values.get("CHECKS"):
        raise SettingsError("CHECKS is missing: give a TOML file with other parameters, as in CHECKS=candidate.toml")
    first, last = values.get("FROM", ""), values.get("TO", "")
    if not asked_days(calendar(), "", first, last, ("DATE", "FROM", "TO")):
        raise SettingsError(f"FROM and TO are missing: use days that have run, as in FROM={day} TO={day}")
    return ("--checks", values["CHECKS"], "--from", first, "--to", last, *_as_json(values))


def _explain(values: Values) -> Sequence[str]:
    if not values.get("ALARM"):
        raise SettingsError(f"ALARM is missing: name an alarm, as in ALARM={RULES['ALARM'].example}")
    return ("--alarm", values["ALARM"], *_as_json(values))


def _query(values: Values) -> Sequence[str]:
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


def _alarms(values: Values) -> Sequence[str]:
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


def _seed(values: Values) -> Sequence[str]:
    arguments = ["demo", "--customers", checked(values, "CUSTOMERS") or "50"]
    if day := values.get("DATE", ""):
        calendar().day("DATE", day)
        arguments += ["--date", day]
    return arguments


def _customers(values: Values) -> Sequence[str]:
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


def _customer_key(values: Values) -> Sequence[str]:
    example = make("customer-key", values.get("STACK") or DEFAULT_STACK, NUMBER=1000000001) + " rotate"
    if not values.get("NUMBER"):
        raise SettingsError(f"NUMBER is missing: give the customer's billing metering point, as in {example}")
    action = values.get("ACTION", "")
    if not action:
        raise SettingsError(f"the action is missing: use one of {', '.join(KEY_ACTIONS)}, as in {example}")
    if action not in KEY_ACTIONS:
        raise SettingsError(f"{shown(action)} is no action: use one of {', '.join(KEY_ACTIONS)}, as in {example}")
    return (values["NUMBER"], action)


def _push(values: Values) -> Sequence[str]:
    architecture, wanted = values.get("ARCHITECTURE", ""), tfvars.value("aws", "cpu_architecture")
    if values.get("ECR_REPOSITORY") and architecture not in ("", wanted):
        raise SettingsError(
            f"ARCHITECTURE={architecture} is refused: aws.tfvars runs the tasks on cpu_architecture = "
            f'"{wanted}", and they could not start. Leave ARCHITECTURE out, or change cpu_architecture first'
        )
    return ()


COMMANDS: dict[str, Command] = {
    "environments": Command("artifacts.environments", STACK),
    "up": Command("local.launcher.lifecycle:up", STACK, ("FRESH",), Of.STACK_ALONE),
    "deploy": Command("local.launcher.lifecycle:deploy", STACK, of=Of.STACK_ALONE),
    "start": Command("local.launcher.lifecycle:start", STACK, of=Of.STACK_ALONE),
    "stop": Command("local.launcher.lifecycle:stop", of=Of.STACK_ALONE),
    "down": Command("local.launcher.lifecycle:down", of=Of.STACK_ALONE),
    "clean": Command("local.launcher.lifecycle:clean", of=Of.STACK_ALONE),
    "plan": Command("local.launcher.lifecycle:plan", of=Of.STACK_ALONE),
    "status": Command("local.launcher.report:status", of=Of.STACK),
    "logs": Command("local.launcher.report:logs", values=("GROUP", "FOLLOW"), of=Of.STACK),
    "console": Command("local.launcher.web_console:console", values=("ALARM",), of=Of.STACK),
    "doctor": Command("local.launcher.doctor:doctor", ()),
    "test": Command("local.commands.testing:test", TESTS),
    "test-e2e": Command("local.commands.testing:test_end_to_end", STACK),
    "test-faults": Command("local.commands.testing:test_faults", STACK),
    "check": Command("local.commands.testing:check", ("project", "scan")),
    "audit": Command("local.commands.audit:audit", ("project", "scan")),
    "lock": Command("local.commands.lock:lock", ("project", "lock")),
    "package": Command("local.commands.package:package", values=("ARCHITECTURE",)),
    "push": Command(
        "local.commands.push:push",
        values=("ECR_REPOSITORY", "TAG", "ARCHITECTURE"),
        of=Of.STACK,
        arguments=_push,
    ),
    "demo": Command("local.commands.demo"),
    "pipeline": Command("local.commands.pipeline", arguments=_pipeline),
    "published": Command("local.commands.published", arguments=_published),
    "report": Command("local.commands.report", values=("MONTH", "FORMAT"), arguments=_report),
    "whatif": Command("local.commands.whatif", values=("JSON",), arguments=_whatif),
    "explain": Command("local.commands.explain", values=("ALARM", "JSON"), arguments=_explain),
    "query": Command("local.commands.query", values=("NAME", "ROWS"), arguments=_query),
    "alarms": Command("local.commands.alarms", values=("STATE", "NUMBER", "ACKNOWLEDGE", "CLEAR"), arguments=_alarms),
    "messages": Command("local.commands.messages"),
    "iam-report": Command("local.commands.iam_report"),
    "redrive": Command("local.commands.redrive"),
    "preflight": Command("local.commands.preflight"),
    "seed": Command("local.commands.seed", arguments=_seed),
    "customers": Command(
        "local.commands.customers",
        values=("CREATE", "CHANGE", "DEACTIVATE", "STORE"),
        arguments=_customers,
    ),
    "customer-key": Command("local.commands.customer_key", values=("NUMBER",), arguments=_customer_key),
    "psql": Command("local.commands.psql"),
    "env": Command("local.commands.aws_environment", arguments=_fixed("env")),
    "shell": Command("local.commands.aws_environment", arguments=_fixed("shell")),
    "bench": Command("bench", STACK, ("QUICK", "ONLY")),
}
"""This is the one table of commands. `make NAME` and `python -m local NAME` run the same command."""
