"""Defines the `make` commands: the values that each takes, the Python environments that it needs, and its program."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NoReturn

from artifacts import environments
from local.front import arguments, compose, dotenv
from local.front.arguments import FROM_FILE, Values
from local.front.values import NAMES, RULES, STACK_SETTINGS, SettingsError, checked
from operations.days import DaysError

REPOSITORY = Path(__file__).resolve().parents[2]

STACK = environments.NAMES
CLEAN = ("-E", "-s", "-X", "utf8")
"""Python ignores its variables of the shell and the user's packages, as in the Makefile."""
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
    "drill": Command("local.commands.drill:drill", of=Of.STACK_ALONE),
    "rehearse": Command("local.commands.rehearse:rehearse", STACK),
    "check": Command("local.commands.testing:check", ("project", "scan")),
    "audit": Command("local.commands.audit:audit", ("project", "scan")),
    "lock": Command("local.commands.lock:lock", ("project", "lock")),
    "package": Command("local.commands.package:package", values=("RELEASE", "ARCHITECTURE")),
    "sbom": Command("local.commands.sbom:sbom", values=("ARCHITECTURE", "RELEASE")),
    "push": Command(
        "local.commands.push:push",
        values=("ECR_REPOSITORY", "RELEASE", "ARCHITECTURE"),
        of=Of.STACK,
        arguments=arguments.push,
    ),
    "demo": Command("local.commands.demo"),
    "pipeline": Command("local.commands.pipeline", arguments=arguments.pipeline),
    "published": Command("local.commands.published", arguments=arguments.published),
    "report": Command(
        "local.commands.report", values=("MONTH", "FORMAT", "REPORT_LANGUAGE"), arguments=arguments.report
    ),
    "whatif": Command("local.commands.whatif", values=("JSON",), arguments=arguments.whatif),
    "explain": Command("local.commands.explain", values=("ALARM", "JSON"), arguments=arguments.explain),
    "query": Command("local.commands.query", values=("NAME", "ROWS"), arguments=arguments.query),
    "alarms": Command(
        "local.commands.alarms", values=("STATE", "NUMBER", "ACKNOWLEDGE", "CLEAR"), arguments=arguments.alarms
    ),
    "messages": Command("local.commands.messages"),
    "iam-report": Command("local.commands.iam_report"),
    "redrive": Command("local.commands.redrive"),
    "preflight": Command("local.commands.preflight"),
    "smoke": Command("local.commands.smoke", values=("NUMBER",), arguments=arguments.smoke),
    "seed": Command("local.commands.seed", arguments=arguments.seed),
    "customers": Command(
        "local.commands.customers",
        values=("CREATE", "CHANGE", "DEACTIVATE", "STORE"),
        arguments=arguments.customers,
    ),
    "customer-key": Command("local.commands.customer_key", values=("NUMBER",), arguments=arguments.customer_key),
    "psql": Command("local.commands.psql"),
    "env": Command("local.commands.aws_environment", arguments=_fixed("env")),
    "shell": Command("local.commands.aws_environment", arguments=_fixed("shell")),
    "bench": Command("bench", STACK, ("QUICK", "ONLY")),
}
"""This is the one table of commands. `make NAME` and `python -m local NAME` run the same command."""
