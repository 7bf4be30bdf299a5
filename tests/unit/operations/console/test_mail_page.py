"""Shows the mails of a local stack, and leads from a mail to its alarms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.console.pages.mail import linked
from operations.mailbox import Email
from tests.unit.operations.console.console_world import ConsoleWorld

BODY = """2026-11-01, publication 1

The worst 2 of this run:
- 00HR-7: ICD on 2026-11-01, escalated
  7 of 96 intervals missing <b>now</b>
- 12: MCD since 2026-10-30
List: http://127.0.0.1:4600/alarms?a=1&b=2
"""


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleWorld]:
    made = ConsoleWorld(tmp_path, {})
    sent = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
    mails = [
        Email("1", sent, ("admin@example.com",), "Alarms of 2026-11-01: 2 new", BODY),
        Email("2", sent, ("<x>@example.com",), "<script>", "Šibenik"),
    ]
    made.app.state.data.mails = lambda: mails
    yield made
    made.close()


def test_the_newest_mail_comes_first_and_leads_to_its_alarms(console: ConsoleWorld) -> None:
    page = console.get("/mail").text
    assert page.index("&lt;script&gt;") < page.index("Alarms of 2026-11-01")
    assert 'href="/alarms?state=all&amp;date=2026-11-01"' in page
    assert 'href="/days/2026-11-01"' in page


def test_a_mail_is_found_by_its_text(console: ConsoleWorld) -> None:
    page = console.get("/mail?q=%C5%A1IBENIK").text
    assert "&lt;x&gt;@example.com" in page
    assert "Alarms of" not in page


def test_on_aws_the_page_says_that_mail_is_not_kept(console: ConsoleWorld) -> None:
    object.__setattr__(console.needs, "stack", "")
    assert "keeps no copy" in console.get("/mail").text


def test_each_alarm_of_a_mail_is_a_link_and_all_else_is_escaped() -> None:
    text = str(linked(BODY))
    assert '- <a href="/alarms/00HR-7/2026-11-01/ICD">00HR-7: ICD</a> on 2026-11-01, escalated' in text
    assert '- <a href="/alarms/12/2026-10-30/MCD">12: MCD</a> since 2026-10-30' in text
    assert "missing &lt;b&gt;now&lt;/b&gt;" in text
    assert '<a href="http://127.0.0.1:4600/alarms?a=1&amp;b=2" rel="noopener">' in text
