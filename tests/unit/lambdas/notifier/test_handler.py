"""A customer gets one mail a day about problems, and one when all alarms are cleared."""

import json

import pytest

from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.notifier.notifier_world import COMPLETE, NUMBER, PROBLEM, NotifierWorld, alarm_event


def test_a_raised_alarm_sends_a_mail_to_its_customer(world: NotifierWorld) -> None:
    assert world.receive(alarm_event()) == []
    ((to, title, text),) = world.mails
    assert (to, title) == ("ana@example.org", PROBLEM)
    assert "- 25 November 2026: we received no reading\n" in text


def test_a_customer_gets_croatian_without_a_known_language(world: NotifierWorld) -> None:
    event = alarm_event()
    del event["customer"]["language"]
    world.receive(event)
    assert world.subjects == [f"Provjerite očitanja mjernog mjesta {NUMBER}"]


@pytest.mark.parametrize("notify", [False, None, "true", 1])
def test_an_event_without_notify_is_acknowledged_without_a_mail_and_kept_nowhere(
    world: NotifierWorld, notify: object
) -> None:
    assert world.receive(alarm_event(notify=notify)) == []
    assert (world.mails, world.items) == ([], {})


def test_an_event_of_the_contract_before_notify_is_acknowledged(world: NotifierWorld) -> None:
    event = alarm_event()
    del event["customer"]["notify"], event["customer"]["language"]
    assert world.receive(event) == []
    assert world.mails == []


def test_one_mail_names_all_open_alarms_of_a_batch(world: NotifierWorld) -> None:
    world.receive(alarm_event(alarm="b", error_type="ICD"), alarm_event(alarm="a", date="2026-11-23"))
    ((_, _, text),) = world.mails
    assert "- 23 November 2026: we received no reading\n- 25 November 2026: some readings are missing\n" in text


def test_a_day_has_one_mail_and_the_next_mail_names_what_came_after_it(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    assert world.receive(alarm_event(alarm="b", error_type="ICD")) == []
    assert world.subjects == [PROBLEM]
    world.wait(days=1)
    world.receive(alarm_event("updated", 2))
    assert world.subjects == [PROBLEM, PROBLEM]
    assert "some readings are missing" in world.mails[1][2]


def test_a_day_is_a_local_day(world: NotifierWorld) -> None:
    """22:59 UTC is 23:59 in Zagreb, and 23:00 UTC is midnight."""
    world.now = world.now.replace(hour=22, minute=59)
    world.receive(alarm_event())
    world.wait(minutes=1)
    world.receive(alarm_event(alarm="b"))
    assert world.subjects == [PROBLEM, PROBLEM]


@pytest.mark.parametrize("change", ["updated", "acknowledged"])
def test_a_change_of_a_named_alarm_sends_no_mail_on_any_day(world: NotifierWorld, change: str) -> None:
    world.receive(alarm_event())
    world.wait(days=1)
    world.receive(alarm_event(change, 2))
    assert world.subjects == [PROBLEM]


def test_an_escalated_alarm_sends_a_mail_with_its_length(world: NotifierWorld) -> None:
    world.receive(alarm_event(date="2026-11-23"))
    world.wait(days=1)
    world.receive(alarm_event("escalated", 2, date="2026-11-23", details={"days": 4}))
    assert "- since 23 November 2026 (4 days in a row): we received no reading\n" in world.mails[1][2]


def test_cleared_alarms_send_one_mail_when_none_has_been_open_for_a_minute(world: NotifierWorld) -> None:
    world.receive(alarm_event(), alarm_event(alarm="b"))
    assert world.receive(alarm_event("cleared", 2)) == []
    assert world.receive(alarm_event("cleared", 2, "b")) == ["0"]
    assert (world.subjects, world.postponed) == ([PROBLEM], [("handle 0", 60)])
    world.wait(seconds=60)
    assert world.receive(alarm_event("cleared", 2, "b")) == []
    assert world.subjects == [PROBLEM, COMPLETE]
    assert world.receive(alarm_event("cleared", 2, "b"), alarm_event("cleared", 2)) == []
    assert world.subjects == [PROBLEM, COMPLETE]


def test_of_several_cleared_alarms_one_message_comes_again(world: NotifierWorld) -> None:
    world.receive(alarm_event(), alarm_event(alarm="b"))
    assert world.receive(alarm_event("cleared", 2), alarm_event("cleared", 2, "b")) == ["1"]


def test_an_alarm_that_follows_the_cleared_one_at_once_leaves_the_data_incomplete(world: NotifierWorld) -> None:
    """A late reading turns MCD into ICD, and the queue hands over the events in the wrong order."""
    world.receive(alarm_event())
    assert world.receive(alarm_event("cleared", 2)) == ["0"]
    assert world.receive(alarm_event(alarm="b", error_type="ICD")) == []
    world.wait(seconds=60)
    assert world.receive(alarm_event("cleared", 2)) == []
    assert world.subjects == [PROBLEM]


def test_where_postponing_fails_the_message_comes_again_by_itself(world: NotifierWorld) -> None:
    def refuse(step: str) -> None:
        if step == "before postponing":
            raise client_error("InvalidParameterValue")

    world.receive(alarm_event())
    world.fault = refuse
    assert world.receive(alarm_event("cleared", 2)) == ["0"]


def test_without_a_mail_about_problems_there_is_none_about_complete_data(world: NotifierWorld) -> None:
    world.receive(alarm_event(notify=False))
    assert world.receive(alarm_event("cleared", 2)) == []
    world.wait(minutes=5)
    assert world.receive(alarm_event("cleared", 2)) == []
    assert world.mails == []


def test_a_customer_who_stops_the_mails_gets_none_later(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    assert world.receive(alarm_event("cleared", 2, notify=False)) == []
    world.wait(minutes=5)
    assert world.receive(alarm_event("cleared", 2)) == []
    assert world.subjects == [PROBLEM]


def test_a_repeated_event_sends_no_mail_on_a_later_day(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    world.wait(days=1)
    assert world.receive(alarm_event()) == []
    assert world.subjects == [PROBLEM]


def test_an_older_event_changes_nothing(world: NotifierWorld) -> None:
    world.receive(alarm_event("cleared", 2))
    before = world.items[NUMBER]
    assert world.receive(alarm_event()) == []
    assert (world.mails, world.items[NUMBER]) == ([], before)


def test_an_alarm_that_comes_back_sends_a_mail_again(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    world.receive(alarm_event("cleared", 2))
    world.wait(days=1)
    world.receive(alarm_event("raised", 3))
    assert world.subjects == [PROBLEM, PROBLEM]


def test_each_customer_gets_a_mail_of_their_own(world: NotifierWorld) -> None:
    world.receive(
        alarm_event(), alarm_event(billing_metering_point_number="2", alarm="c", email="b@example.org", name="Ivo")
    )
    assert [to for to, *_ in world.mails] == ["ana@example.org", "b@example.org"]
    assert not any("Ana" in text or "1000000001" in text for to, _, text in world.mails if to == "b@example.org")


def test_an_item_of_the_table_has_no_personal_data_and_expires(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    assert not any(text in json.dumps(world.items) for text in ("Ana", "ana@", "Ilica", "Zagreb"))
    opened = int(world.items[NUMBER]["expires_at"]["N"])
    world.receive(alarm_event("cleared", 2))
    assert int(world.items[NUMBER]["expires_at"]["N"]) == world.now.timestamp() + 30 * 86_400 < opened


def test_cleared_alarms_are_forgotten_after_a_month(world: NotifierWorld) -> None:
    world.receive(alarm_event("cleared", 2), alarm_event(alarm="b"))
    world.wait(days=31)
    world.receive(alarm_event("updated", 2, "b"))
    assert set(world.items[NUMBER]["alarms"]["M"]) == {"b"}
