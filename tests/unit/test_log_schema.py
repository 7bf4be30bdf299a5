"""The service and the functions log in the one schema of `domain.log_lines`."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.log_lines import ALWAYS, SOMETIMES, request_id, run
from lambdas.runtime import logs
from service import json_logs
from tests.unit.test_architecture import ROOT, _sources

PARTS: dict[str, tuple[Callable[[str], None], str]] = {
    "service": (json_logs.configure, "service.http.request_log"),
    "a library in the service": (json_logs.configure, "alembic.runtime.migration"),
    "functions": (logs.configure, logs.LOGGER),
}


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> Iterator[tuple[Callable[[str], None], logging.Logger]]:
    """Yields the set-up of a part's log and one of its loggers. It undoes the set-up afterwards."""
    configure, name = PARTS[request.param]
    root, own = logging.getLogger(), logging.getLogger(logs.LOGGER)
    before = [(each, each.handlers[:], each.level, each.propagate) for each in (root, own)]
    yield configure, logging.getLogger(name)
    for each, handlers, level, propagate in before:
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


def written(part: tuple[Callable[[str], None], logging.Logger], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Returns the line that the part writes for a warning with a field, an exception and a request."""
    configure, logger = part
    configure("INFO")
    tokens = request_id.set("gateway-1"), run.set("run-1")
    try:
        raise ValueError("broken")
    except ValueError:
        own = {"rows": 92, "level": "none", "message": "another", "time": 0, "logger": "none"}
        logger.warning("%s\nfailed", "it", exc_info=True, extra={"fields": own})
    finally:
        request_id.reset(tokens[0])
        run.reset(tokens[1])
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_every_part_writes_the_schemas_fields(
    part: tuple[Callable[[str], None], logging.Logger], capsys: pytest.CaptureFixture[str]
) -> None:
    line = written(part, capsys)
    assert list(line) == [*ALWAYS, *SOMETIMES, "rows"]
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert (line["level"], line["message"], line["logger"]) == ("WARNING", "it\nfailed", part[1].name)
    assert (line["request_id"], line["run"], line["rows"]) == ("gateway-1", "run-1", 92)
    assert "ValueError: broken" in line["exception"]


def test_a_line_without_more_has_the_fields_that_are_always_there(
    part: tuple[Callable[[str], None], logging.Logger], capsys: pytest.CaptureFixture[str]
) -> None:
    configure, logger = part
    configure("INFO")
    logger.info("done")
    assert tuple(json.loads(capsys.readouterr().out)) == ALWAYS


def test_nothing_that_ships_formats_lines_of_its_own() -> None:
    sources = [path for folder in ("domain", "lambdas", "service") for path in _sources(folder)]
    found = [path.relative_to(ROOT) for path in sources if "(logging.Formatter)" in path.read_text(encoding="utf-8")]
    assert [str(path) for path in found] == ["domain/log_lines.py"]


def test_the_schema_is_described_field_by_field() -> None:
    text = (ROOT / "domain/log_lines.py").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip(" `") for line in text.splitlines() if line.startswith("| `")]
    assert rows == [*ALWAYS, *SOMETIMES]
