"""Calls that schemathesis generates from the API's description, and what their answers must be.

Every kind of calls goes on whatever it finds, so that a run has all of its calls and all of its findings.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.security.model import QUARTER, ZONES, made_valid, valid_query
from tests.security.sending import BROKEN, CONTRACT, VALID, Headers, Outcome, Sender, Work

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
READINGS = "/v1/metering-points/{number}/readings"
ALARMS = "/v1/metering-points/{number}/alarms"
OTHER_OPERATIONS = (
    (READINGS, "DELETE"),
    ("/v1/metering-points/{number}/revisions", "GET"),
    ("/v1/metering-points/{number}/days", "GET"),
    (ALARMS, "GET"),
)
_EVERYTHING_ELSE_THAN_ACCEPTED = ["400", "401", "403", "404", "413", "414", "415", "422", "431"]


def run(work: Work) -> Outcome:
    """Send all the calls of `work`."""
    sender = Sender(work)
    for number, (strategy, check) in enumerate(KINDS[work.kind](sender)):
        _drive(strategy, check, work.calls, work.seed + number)
    return sender.outcome


def _drive(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], calls: int, start: int) -> None:
    @seed(start)
    @settings(
        max_examples=calls,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def drive(example: Any) -> None:
        check(example)

    drive()


@cache
def _operation(path: str, method: str) -> Any:
    expected = {"negative_data_rejection": {"expected-statuses": _EVERYTHING_ELSE_THAN_ACCEPTED}}
    config = schemathesis.Config.from_dict({"checks": expected})
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    # Texts made from the pattern of an interval's start take ten times as long as those that are written out.
    start = described["components"]["schemas"]["Reading"]["properties"]["interval_start"]
    start |= {"format": INTERVAL_START}
    del start["pattern"]
    return schemathesis.openapi.from_dict(described, config=config)[path][method]


INTERVAL_START = "interval-start"
schemathesis.openapi.format(
    INTERVAL_START,
    st.builds(
        lambda place, offset: (datetime(2000, 1, 1, tzinfo=offset) + place * QUARTER).isoformat(),
        st.integers(0, 100 * 366 * 96),
        st.sampled_from(ZONES),
    ),
)


type Parts = Iterator[tuple[st.SearchStrategy[Any], Callable[[Any], None]]]
_POSITIVE, _NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


def _own(sender: Sender, method: str, mode: Any, path: str = READINGS, **fixed: Any) -> Any:
    """Calls with the caller's key for its own metering point. `fixed` are further parts of each call."""
    caller = sender.work.caller
    return _operation(path, method).as_strategy(
        generation_mode=mode, path_parameters={"number": caller.number}, headers={"x-api-key": caller.key}, **fixed
    )


def _taken(sender: Sender, case: Any, answer: Any) -> None:
    """Checks the counts of an accepted batch against the model, which gets the readings that were not rejected."""
    expected = sender.outcome.model.take(case.body["readings"], answer.json()["rejected"])
    sender.expect(answer.json() == expected, f"not {expected}", answer)


def valid_batches(sender: Sender) -> Parts:
    """Readings that break no rule: stored, repeated, revised, as the model says."""

    def check(case: Any) -> None:
        case.body = made_valid(case.body)
        answer = sender.send(case, {}, VALID)
        expected = sender.outcome.model.take(case.body["readings"])
        sender.expect(answer.status_code == 200 and answer.json() == expected, f"not {expected}", answer)

    yield _own(sender, "POST", _POSITIVE), check


def described_batches(sender: Sender) -> Parts:
    """What fits the schema, and may still break a rule that no schema can say: any time, any interval twice."""

    def check(case: Any) -> None:
        answer = sender.send(case, {})
        sender.expect(answer.status_code in (200, 422), "neither taken nor explained", answer)
        if answer.status_code == 200:
            _taken(sender, case, answer)

    yield _own(sender, "POST", _POSITIVE).filter(_follows_arrival), check


def broken_batches(sender: Sender) -> Parts:
    """What does not fit the schema: refused, and the refused call stores nothing. Sent, some fit again."""

    def check(case: Any) -> None:
        skips = (case.query or {}).get("on_error") == "skip"
        _taken_or_refused(sender, case, CONTRACT if skips else BROKEN)

    yield _own(sender, "POST", _NEGATIVE).filter(_follows_arrival), check


def skipped_batches(sender: Sender) -> Parts:
    """What does not fit the schema, with `on_error=skip`: refused, or stored but for the readings that it names."""
    broken = _own(sender, "POST", _NEGATIVE, query={"on_error": "skip"})
    yield broken.filter(_follows_arrival), lambda case: _taken_or_refused(sender, case)


def _taken_or_refused(sender: Sender, case: Any, wanted: tuple[Any, ...] = CONTRACT) -> None:
    answer = sender.send(case, {}, wanted)
    if answer.status_code == 200:
        _taken(sender, case, answer)
    else:
        _refused(sender, answer)


def _follows_arrival(case: Any) -> bool:
    """Returns whether the order of arrival decides, as in the model. `test_reading_history` has all other orders."""
    return not (isinstance(case.body, dict) and "reported_at" in case.body)


def valid_queries(sender: Sender) -> Parts:
    """Pages of what was stored, as the model has it; the caller's readings come from a first valid batch."""

    def check(case: Any) -> None:
        case.query = valid_query(case.query or {})
        answer = sender.send(case, {}, VALID)
        expected = sender.outcome.model.page(case.query)
        sender.expect(
            answer.status_code == 200 and sender.outcome.model.is_page(answer.json(), expected), "wrong page", answer
        )

    yield from valid_batches(sender)
    yield _own(sender, "GET", _POSITIVE), check


def described_queries(sender: Sender) -> Parts:
    def check(case: Any) -> None:
        answer = sender.send(case, {})
        sender.expect(answer.status_code in (200, 422), "neither answered nor explained", answer)

    yield _own(sender, "GET", _POSITIVE), check


def broken_queries(sender: Sender) -> Parts:
    """What does not fit the schema; schemathesis knows which of them are good again once they are in a URL."""
    yield _own(sender, "GET", _NEGATIVE), lambda case: sender.send(case, {}, BROKEN)


def other_operations(sender: Sender) -> Parts:
    """Withdrawals, revisions, days and alarms, as described and not: answered or explained."""

    def check(case: Any) -> None:
        answer = sender.send(case, {})
        sender.expect(answer.status_code in (200, 422), "neither answered nor explained", answer)

    for path, method in OTHER_OPERATIONS:
        for mode in (_POSITIVE, _NEGATIVE):
            yield _own(sender, method, mode, path), check


def strangers(sender: Sender) -> Parts:
    """Valid calls without a key, or with a wrong one, for the other customer's metering point."""
    wrong = st.one_of(
        st.none(),
        st.just(sender.work.caller.key),
        st.text("abcXYZ019_-", min_size=43, max_size=43),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
    )

    def check(example: tuple[Any, str | None]) -> None:
        case, key = example
        case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "x-api-key"}
        answer = sender.send(case, {} if key is None else {"x-api-key": key})
        sender.expect(answer.status_code == (401 if key is None else 403), "let in or told apart", answer)

    for path, method in ((READINGS, "POST"), (READINGS, "GET"), (ALARMS, "GET")):
        case = _operation(path, method).as_strategy(
            generation_mode=_POSITIVE, path_parameters={"number": str(sender.work.other.number)}, headers={}
        )
        yield st.tuples(case, wrong), check


def other_paths(sender: Sender) -> Parts:
    """Any metering point, well written or not, with the caller's key."""

    def check(case: Any) -> None:
        _refused(sender, sender.send(case, {}))

    for method in ("POST", "GET"):
        for mode in (_POSITIVE, _NEGATIVE):
            yield (
                _operation(READINGS, method)
                .as_strategy(generation_mode=mode, headers={"x-api-key": sender.work.caller.key}, query={})
                .filter(lambda case: str(case.path_parameters.get("number")) != str(sender.work.caller.number)),
                check,
            )


def raw_bodies(sender: Sender) -> Parts:
    """Bodies that are no JSON of this API at all, under any content type."""
    json_like = st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
    body = st.binary(max_size=300) | json_like | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    declared = st.sampled_from(
        ["application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "text/plain",
         "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "*/*", ""]
    )  # fmt: skip

    def check(example: tuple[Any, bytes, str]) -> None:
        case, content, media_type = example
        answer = sender.send(case, {"content-type": media_type}, data=content)
        _refused(sender, answer)

    yield st.tuples(_own(sender, "POST", _POSITIVE), body, declared), check


def health(sender: Sender) -> Parts:
    """The one call without a key, with whatever a client puts into it."""
    token = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
    visible = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)
    names = token.map(lambda name: f"x-{name}")

    def check(example: tuple[Any, Headers, dict[str, str]]) -> None:
        case, headers, query = example
        answer = sender.send(case, headers, params=query)
        sender.expect(answer.status_code == 200, "not well", answer)

    case = _operation("/health", "GET").as_strategy(generation_mode=_POSITIVE)
    yield st.tuples(case, st.dictionaries(names, visible, max_size=4), st.dictionaries(token, visible)), check


def _refused(sender: Sender, answer: Any) -> None:
    sender.expect(400 <= answer.status_code < 500, "not refused", answer)


KINDS: dict[str, Callable[[Sender], Parts]] = {
    kind.__name__: kind
    for kind in (
        valid_batches,
        described_batches,
        broken_batches,
        skipped_batches,
        valid_queries,
        described_queries,
        broken_queries,
        other_operations,
        strangers,
        other_paths,
        raw_bodies,
        health,
    )
}
