"""The list of alarms shows what the filter asks for, and changes what is marked."""

from datetime import timedelta

import pytest

from domain.alarms import Move, State
from operations.console.texts import Texts
from tests.unit.operations.console.system import System
from tests.unit.operations.replay_world import MONDAY

TUESDAY = MONDAY + timedelta(days=1)
HOSTILE = "<script>alert(1)</script>\"'&\u202egnp.exe"


def paths(text: str) -> list[str]:
    """Returns the alarms of a page in their order."""
    found = [part.split('"')[0] for part in text.split('<a href="/alarms/')[1:]]
    return list(dict.fromkeys(found))


@pytest.fixture
def some(system: System) -> System:
    system.alarm("1000000002")
    system.alarm("1000000001", "ICD", TUESDAY)
    system.alarm("1000000001", "ICD", MONDAY, Move.ACKNOWLEDGE)
    system.alarm("1000000003", "ICD", MONDAY, Move.HEAL)
    return system


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["1000000001/2026-03-24/ICD", "1000000002/2026-03-23/ICD"]),
        ("state=acknowledged", ["1000000001/2026-03-23/ICD"]),
        ("state=alive&date=2026-03-23", ["1000000001/2026-03-23/ICD", "1000000002/2026-03-23/ICD"]),
        ("state=cleared", ["1000000003/2026-03-23/ICD"]),
        ("state=all&number=1000000001", ["1000000001/2026-03-24/ICD", "1000000001/2026-03-23/ICD"]),
        ("state=alive&check=SPK", []),
        ("state=alive&number=+1000000002+", ["1000000002/2026-03-23/ICD"]),
    ],
)
def test_the_filter_chooses(some: System, query: str, wanted: list[str]):
    assert paths(some.get(f"/alarms?{query}").text) == wanted


@pytest.mark.parametrize("query", ["state=x", "check=XXX", "date=1.11.2026", "number=a%20b", f"number={'1' * 36}"])
def test_a_wrong_filter_says_what_is_wrong(some: System, query: str):
    answer = some.get(f"/alarms?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_pages_follow_each_other_without_a_gap(system: System):
    for index in range(130):
        system.alarm(f"{1_000_000_000 + index}", "ICD", MONDAY + timedelta(days=index % 3))
    seen: list[str] = []
    path = "/alarms?state=open"
    while path:
        text = system.get(path).text
        seen += paths(text)
        after = text.partition('rel="next" href="')[2].partition('"')[0]
        path = after.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 130


def test_many_are_acknowledged_at_once_and_one_that_cannot_stays(some: System):
    names = ["1000000002/2026-03-23/ICD", "1000000001/2026-03-24/ICD", "1000000003/2026-03-23/ICD"]
    answer = some.post("/alarms", action="acknowledge", alarm=names)
    assert "2 alarms acknowledged." in answer.text
    assert "an alarm that is cleared cannot acknowledge" in answer.text
    assert {alarm.by for alarm in some.alarms().values() if alarm.state is State.ACKNOWLEDGED} == {"ana", "Ivo"}
    assert [message["event"] for message in some.queues.messages] == ["acknowledged", "acknowledged"]


def test_clearing_needs_a_reason(some: System):
    refused = some.post("/alarms", action="clear", alarm="1000000002/2026-03-23/ICD", reason=" ")
    assert refused.status_code == 422
    assert "Write a reason to clear alarms." in refused.text
    done = some.post("/alarms", action="clear", alarm="1000000002/2026-03-23/ICD", reason="new meter")
    assert "1 alarm cleared." in done.text
    cleared = some.alarms()["1000000002/2026-03-23/ICD"]
    assert (cleared.state, cleared.reason) == (State.DISMISSED, "new meter")


def test_nothing_marked_and_unknown_actions_are_refused(some: System):
    assert "Mark at least one alarm." in some.post("/alarms", action="acknowledge").text
    assert some.post("/alarms", action="delete", alarm="1000000002/2026-03-23/ICD").status_code == 422
    assert some.post("/alarms", action="clear", alarm="x", reason="x" * 501).status_code == 422


def test_hostile_names_and_reasons_stay_text(system: System):
    system.alarm("1000000001", "ICD", MONDAY, name=HOSTILE, address=HOSTILE, city=HOSTILE, type=HOSTILE)
    system.post("/alarms", action="acknowledge", alarm="1000000001/2026-03-23/ICD", reason=HOSTILE)
    assert system.alarms()["1000000001/2026-03-23/ICD"].reason == HOSTILE
    for path in ("/alarms?state=all", "/alarms/1000000001/2026-03-23/ICD", "/alarms?state=alive&number=<script>"):
        for language in ("en", "hr"):
            text = system.get(path, language=language).text
            assert "<script>alert" not in text
            assert "number=<script>" not in text
            if "number=" not in path:
                assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;\u202egnp.exe" in text


def test_an_empty_stack_explains_itself(system: System):
    text = system.get("/alarms").text
    assert "No day is published yet" in text
    assert "make pipeline" in text


def test_croatian_counts_have_three_forms():
    assert "Preuzet 1 alarm." in str(page_text("done_acknowledge", 1))
    assert "Preuzeta 3 alarma." in str(page_text("done_acknowledge", 3))
    assert "Preuzeto 11 alarma." in str(page_text("done_acknowledge", 11))
    assert "Preuzeta 22 alarma." in str(page_text("done_acknowledge", 22))


def page_text(name: str, count: int):
    return Texts("hr", "alarms").count(name, count)
