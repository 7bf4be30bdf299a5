import json
import logging
import sys

from domain.log_lines import JsonFormatter, request_id


def test_a_record_is_one_line_of_json() -> None:
    record = logging.LogRecord("service", logging.INFO, "f.py", 1, "two\nlines %s", ("here",), None)
    record.fields = {"status": 200}
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "INFO", "message": "two\nlines here", "logger": "service", "status": 200}


def test_an_exception_and_the_requests_id_are_on_the_line() -> None:
    token = request_id.set("gateway-1")
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("service", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info())
    found = json.loads(JsonFormatter().format(record))
    request_id.reset(token)
    assert found["request_id"] == "gateway-1"
    assert "ValueError: broken" in found["exception"]


def test_a_line_with_half_a_surrogate_pair_is_written_and_in_ascii() -> None:
    record = logging.LogRecord("service", logging.ERROR, "f.py", 1, "no field \ud83d, Kovačić", (), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert json.loads(line)["message"] == "no field \ud83d, Kovačić"
