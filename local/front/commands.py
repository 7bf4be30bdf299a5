"""The `make` commands: which values each takes, which Python environments it needs and what it runs."""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from artifacts import environments, tfvars
from local.front import compose, dotenv
from local.front.values import KEY_ACTIONS, NAMES, RULES, STACK_SETTINGS, SettingsError, checked, shown
from local.launcher.hints import DEFAULT_STACK, make
from operations.days import Calendar, DaysError, asked_days

REPOSITORY = Path(__file__).resolve().parents[2]
Values = Mapping[str, str]

STACK = environments.NAMES
CLEAN = ("-E", "-s", "-X", "utf8")
"""Python without the shell's own variables for it and packages, as in the Makefile."""
FROM_FILE = "SETTINGS_FROM_FILE"
"""The names that `.env` gave and neither the shell nor the command line: defaults, which no command asked for."""
PROJECT: tuple[str, ...] = ("project",)
TESTS = (*STACK, "scan")


@dataclass(frozen=True)
class Command:
    """`module` runs with the project's Python and with what `arguments` makes of the values.

    `values` are the names that it takes beside the stack's settings.
    """

    module: str
    arguments: Callable[[Values], Sequence[str]]
    environments: tuple[str, ...] = PROJECT
    values: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` names; what stands behind it are a command's own words. Returns 1 or 2 where
    it was refused, and does not return where it was not.
    """
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m local.front {{{','.join(COMMANDS)}}}", file=sys.stderr)
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
        _hand_on([str(environments.python_of("project")), *CLEAN, "-m", command.module, *arguments], values)
    return code


def _hand_on(command: list[str], environment: Values) -> NoReturn:
    """Become the command: its signals and its exit code are then those of `make`'s own child."""
    sys.stdout.flush()
    os.execve(command[0], command, dict(environment))  # noqa: S606 -- no shell is wanted


def with_file(environment: Values, path: Path) -> dict[str, str]:
    """`environment` with what the file sets beside it: the command line and the shell come before `.env`.

    Raises `SettingsError` that names the line of a wrong value.
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


def _fixed(*arguments: str) -> Callable[[Values], Sequence[str]]:
    return lambda _: arguments


def _stack(name: str, needs: tuple[str, ...] = PROJECT, values: tuple[str, ...] = ()) -> Command:
    return Command("local.launcher", _fixed(name), needs, values)


def calendar() -> Calendar:
    """The days that the local stack can run."""
    retention = int(tfvars.value("local", "readings_retention_days"))
    return Calendar.of(tfvars.value("local", "time_zone"), datetime.now(UTC), retention)


def _pipeline(values: Values) -> Sequence[str]:
    day, first, last = (values.get(name, "") for name in ("DATE", "FROM", "TO"))
    asked_days(calendar(), day, first, last, ("DATE", "FROM", "TO"))
    return ("--date", day, "--from", first, "--to", last)


def _seed(values: Values) -> Sequence[str]:
    arguments = ["demo", "--customers", checked(values, "CUSTOMERS") or "50"]
    if day := values.get("DATE", ""):
        calendar().day("DATE", day)
        arguments += ["--date", day]
    return arguments


def _customer_key(values: Values) -> Sequence[str]:
    example = make("customer-key", values.get("STACK") or DEFAULT_STACK, NUMBER=1000000001) + " rotate"
    if not values.get("NUMBER"):
        raise SettingsError(f"NUMBER is missing, the customer's billing metering point: {example}")
    action = values.get("ACTION", "")
    if not action:
        raise SettingsError(f"the action is missing, one of {', '.join(KEY_ACTIONS)}: {example}")
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
    return ("push",)


COMMANDS: dict[str, Command] = {
    "environments": Command("artifacts.environments", _fixed(), STACK),
    "up": _stack("up", STACK, ("FRESH",)),
    "deploy": _stack("deploy", STACK),
    "start": _stack("start", STACK),
    "stop": _stack("stop"),
    "down": _stack("down"),
    "clean": _stack("clean"),
    "status": _stack("status"),
    "logs": _stack("logs", values=("GROUP", "FOLLOW")),
    "plan": _stack("plan"),
    "test": _stack("test", TESTS),
    "test-e2e": _stack("test-e2e", STACK),
    "test-faults": _stack("test-faults", STACK),
    "check": _stack("check", ("project", "scan")),
    "audit": _stack("audit", ("project", "scan")),
    "lock": _stack("lock", ("project", "lock")),
    "doctor": _stack("doctor", ()),
    "push": Command("local.launcher", _push, values=("ECR_REPOSITORY", "TAG", "ARCHITECTURE")),
    "package": _stack("package", values=("ARCHITECTURE",)),
    "demo": Command("local.commands.demo", _fixed()),
    "pipeline": Command("local.commands.pipeline", _pipeline),
    "alarms": Command("local.commands.alarms", _fixed()),
    "iam-report": Command("local.commands.iam_report", _fixed()),
    "redrive": Command("local.commands.redrive", _fixed()),
    "seed": Command("local.commands.seed", _seed),
    "customer-key": Command("local.commands.customer_key", _customer_key, values=("NUMBER",)),
    "psql": Command("local.commands.psql", _fixed()),
    "env": Command("local.commands.aws_environment", _fixed("env")),
    "shell": Command("local.commands.aws_environment", _fixed("shell")),
    "bench": Command("bench", _fixed(), STACK, ("QUICK", "ONLY")),
}
