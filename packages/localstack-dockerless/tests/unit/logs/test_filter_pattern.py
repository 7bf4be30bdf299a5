"""Filter patterns of CloudWatch Logs match as in the examples of its documentation."""

import json

import pytest

from localstack_dockerless.services.logs.filter_conditions import PatternError
from localstack_dockerless.services.logs.filter_pattern import compile_pattern

LINES = ["ERROR 401 unauthorized", "WARN disk is full", "INFO all is well", "ERROR meter-7 timed out: retry"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("  ", [0, 1, 2, 3]),
        ("ERROR", [0, 3]),
        ("error", []),
        ("ERROR retry", [3]),
        ('"meter-7 timed"', [3]),
        ("?ERROR ?WARN", [0, 1, 3]),
        ("ERROR -unauthorized", [3]),
        ("-ERROR", [1, 2]),
        ('-"all is" -ERROR', [1]),
        ('?"disk is" ?unauthorized', [0, 1]),
        ("?nowhere ERROR", [0, 3]),
        (r"%ERROR \d{3}%", [0]),
        ("%^WARN|^INFO%", [1, 2]),
    ],
)
def test_terms(pattern: str, expected: list[int]) -> None:
    matches = compile_pattern(pattern)
    assert [index for index, line in enumerate(LINES) if matches(line)] == expected


EVENT = {
    "level": "ERROR",
    "took": 7.5,
    "code": 404,
    "ok": False,
    "nothing": None,
    "user": {"name": "Ana Kos", "roles": ["reader", "admin"]},
    "a.b": "dotted",
    "requests": [{"id": 1}, {"id": 2}],
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.level = "ERROR" }', True),
        ("{ $.level = ERROR }", True),
        ('{ $.level = "ERR*" }', True),
        ('{ $.level = "*ROR" }', True),
        ('{ $.level = "E?ROR" }', False),
        ('{ $.level != "INFO" }', True),
        ('{ $.absent != "INFO" }', False),
        ("{ $.took > 7 }", True),
        ("{ $.took >= 7.5 && $.took < 8e0 }", True),
        ("{ $.took < 7 }", False),
        ("{ $.code = 404 }", True),
        ("{ $.code = 4* }", True),
        ("{ $.code != 404 }", False),
        ("{ $.ok IS FALSE }", True),
        ("{ $.ok IS TRUE }", False),
        ("{ $.nothing IS NULL }", True),
        ("{ $.absent IS NULL }", False),
        ("{ $.absent NOT EXISTS }", True),
        ("{ $.level NOT EXISTS }", False),
        ("{ $.level = * }", True),
        ("{ $.absent = * }", False),
        ('{ $.user.name = "Ana Kos" }', True),
        ('{ $.user.roles[1] = "admin" }', True),
        ('{ $.user.roles[2] = "admin" }', False),
        ('{ $.user.roles[*] = "admin" }', True),
        ("{ $.requests[*].id = 2 }", True),
        ("{ $['a.b'] = dotted }", True),
        ("{ $.level = %^ERR% }", True),
        ('{ ($.level = "INFO" || $.code = 404) && $.took > 1 }', True),
        ('{ $.level = "INFO" || $.code = 404 && $.took > 100 }', False),
        ('{ $.level = "INFO" && $.code = 404 || $.took > 1 }', True),
    ],
)
def test_json(pattern: str, expected: bool) -> None:
    assert bool(compile_pattern(pattern)(json.dumps(EVENT))) is expected


def test_json_patterns_match_no_text() -> None:
    assert compile_pattern("{ $.level = * }")("level = ERROR") is None


ACCESS = '127.0.0.1 - ana [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, id, user, time, request, status, bytes]", True),
        ("[ip, id, user, time, request, status]", False),
        ("[ip, ..., status = 404, bytes]", True),
        ("[ip, ..., status = 4*, bytes > 1000]", True),
        ("[ip, ..., status = 2*, bytes]", False),
        ("[..., bytes < 1000]", False),
        ("[ip = 127.0.*, ...]", True),
        ("[ip, id, user, time, request = *index.html*, status = 404 || status = 410, bytes]", True),
        ('[ip, id, user, time, request != "GET *", status, bytes]', False),
        ("[ip, id, user != %^b%, ...]", True),
    ],
)
def test_space_delimited_fields(pattern: str, expected: bool) -> None:
    assert bool(compile_pattern(pattern)(ACCESS)) is expected


def test_what_a_metric_takes_out_of_an_event() -> None:
    of_json = compile_pattern("{ $.took > 1 }")(json.dumps(EVENT))
    of_fields = compile_pattern("[ip, ..., status, bytes]")(ACCESS)
    assert of_json is not None
    assert of_fields is not None
    assert (of_json.value("$.took"), of_json.value("$.user.name"), of_json.value("$.absent")) == (7.5, "Ana Kos", None)
    assert (of_fields.value("$bytes"), of_fields.value("$absent")) == ("1534", None)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.level }", "{ level = 1 }", "{ $.level = }", "{ ($.a = 1 }", '{ $.level = "ERROR"', "{ $.a > b }",
        "{ $.a IS BIG }", "{ $.a NOT THERE }", "[a, b", "[..., a, ...]", "meter-7", '"open', "%(a|b)%", "%[a%",
        "{ $.a = 1 & $.b = 2 }", "x" * 1025,
    ],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)
