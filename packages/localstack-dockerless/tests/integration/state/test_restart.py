"""Every service's state exists again after a stop and after a kill, and its resources work.

`dockerless_testing/kept/` has the resources. One LocalStack makes all of them. The next LocalStack checks them.
"""

import json
import signal
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from dockerless_testing.bare_localstack import LocalStackProcess, of_everything
from dockerless_testing.emulator import Emulator
from dockerless_testing.kept import all_kept
from dockerless_testing.network import free_port
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import MissingProgramError, postgres_programs

KEPT = all_kept()
LEFT = object()


@dataclass(frozen=True)
class Restarted:
    """Holds the second halves of the checks by name, or the error of the first half."""

    emulator: Emulator
    checks: Mapping[str, Iterator[None] | Exception]


@pytest.fixture(scope="module", params=["stopped", "killed"])
def restarted(request: pytest.FixtureRequest) -> Iterator[Restarted]:
    try:
        with tempfile.TemporaryDirectory(prefix="dockerless-state-") as name:
            folder = Path(name)
            with postgres(postgres_programs(), folder) as url:
                variables = {**of_everything(folder, url), "DOCKERLESS_STATE": str(folder / "state")}
                process = LocalStackProcess(folder, variables, free_port())
                try:
                    emulator = process.start()
                    checks = {name: _first_half(each(emulator)) for name, each in KEPT.items()}
                    if request.param == "killed":
                        save(emulator)
                    process.end(signal.SIGKILL if request.param == "killed" else signal.SIGTERM)
                    yield Restarted(process.start(), checks)
                    _close(checks.values())
                finally:
                    process.end(signal.SIGKILL)
    except MissingProgramError as error:
        pytest.fail(str(error), pytrace=False)


def save(emulator: Emulator) -> Any:
    request = Request(f"{emulator.url}/_dockerless/state", method="POST")  # noqa: S310 -- of this test
    with build_opener(ProxyHandler({})).open(request, timeout=300) as answer:
        return json.load(answer)


def _first_half(check: Iterator[None]) -> Iterator[None] | Exception:
    try:
        next(check)
    except Exception as error:
        return error
    return check


def _close(checks: Iterable[Iterator[None] | Exception]) -> None:
    """Closes failed checks while LocalStack runs: they hold contexts that remove resources."""
    for check in checks:
        if isinstance(check, Generator):
            with suppress(Exception):
                check.close()


@pytest.mark.parametrize("name", KEPT)
def test_is_there_again(restarted: Restarted, name: str):
    check = restarted.checks[name]
    if isinstance(check, Exception):
        raise check
    assert next(check, LEFT) is LEFT


def test_says_what_was_loaded(restarted: Restarted):
    answer = restarted.emulator.get_json("/_dockerless/state")
    assert answer["loaded"]["generation"].startswith("generation-")
    assert {"s3", "lambda", "rds", "ecs"} <= set(answer["loaded"]["services"])
