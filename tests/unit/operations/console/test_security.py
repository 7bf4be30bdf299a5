"""Only who has the link's token gets in, and no other site can act in this person's name."""

import pytest

from operations.console import entrance
from operations.console.app import STATIC
from tests.unit.operations.console.console_world import PORT
from tests.unit.operations.console.system import ORIGIN, System
from tests.unit.operations.replay_world import MONDAY

TOKEN = "t" * 43
HOST = f"127.0.0.1:{PORT}"


def request(system: System, method: str, path: str, **headers: str | None):
    """Sends a request as the signed-in browser does. A header that is None is left out."""
    own = {"host": HOST, "cookie": "; ".join(f"{k}={v}" for k, v in system.console.cookies.items())}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return system.console._client.request(
        method, path, headers={name: value for name, value in (own | named).items() if value is not None}
    )


def test_without_the_token_nothing_is_shown(system: System):
    for path in ("/", "/alarms", "/completeness", "/charts.css", "/no-such-page"):
        answer = request(system, "GET", path, cookie=None)
        assert answer.status_code == 403
        assert "make console" in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "t", "š"])
def test_a_wrong_token_gives_no_cookie(system: System, token: str):
    answer = request(system, "GET", f"/enter?token={token}", cookie=None)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_token_gives_a_cookie_that_scripts_and_other_sites_cannot_use(system: System):
    answer = request(system, "GET", f"/enter?token={TOKEN}&to=/alarms", cookie=None)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    assert '<meta http-equiv="refresh" content="0;url=/alarms">' in answer.text


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", "evil"]
)
def test_the_entrance_leads_nowhere_else(to: str):
    assert entrance.inside(to) == "/"


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", f"0.0.0.0:{PORT}"]
)
def test_another_host_is_refused_even_with_the_cookie(system: System, host: str):
    assert request(system, "GET", "/alarms", host=host).status_code == 403


@pytest.mark.parametrize("mode", ["cors", "no-cors", "websocket"])
def test_another_site_reads_nothing(system: System, mode: str):
    assert request(system, "GET", "/alarms", sec_fetch_site="cross-site", sec_fetch_mode=mode).status_code == 403


def test_another_site_frames_nothing(system: System):
    framed = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}
    assert request(system, "GET", "/alarms", **framed).status_code == 403


def test_a_link_on_another_site_loads_the_page_once_more_as_our_own(system: System):
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    answer = request(system, "GET", "/alarms", cookie=None, **link)
    assert answer.status_code == 403
    assert '<meta http-equiv="refresh" content="0;url=/alarms">' in answer.text
    again = request(system, "GET", "/alarms", cookie=None, **(link | {"sec_fetch_site": "same-origin"}))
    assert "refresh" not in again.text


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("http://evil.example", None),
        ("null", None),
        (f"http://127.0.0.1:{PORT + 1}", None),
        (f"https://127.0.0.1:{PORT}", None),
        (None, "cross-site"),
        (None, None),
    ],
)
def test_another_site_changes_nothing(system: System, origin: str | None, site: str | None):
    system.alarm("1000000001")
    form = f"csrf={system.console._guard.form_token()}&action=acknowledge&alarm=1000000001/2026-03-23/ICD"
    answer = system.console._client.post(
        "/alarms",
        content=form,
        headers={
            name: value
            for name, value in {
                "host": HOST,
                "origin": origin,
                "sec-fetch-site": site,
                "cookie": "; ".join(f"{k}={v}" for k, v in system.console.cookies.items()),
                "content-type": "application/x-www-form-urlencoded",
            }.items()
            if value is not None
        },
    )
    assert answer.status_code == 403
    assert system.alarms()["1000000001/2026-03-23/ICD"].sequence == 1


def test_a_form_without_its_token_changes_nothing(system: System):
    system.alarm("1000000001")
    answer = system.post("/alarms", csrf=False, action="acknowledge", alarm="1000000001/2026-03-23/ICD")
    assert answer.status_code == 403
    assert system.alarms()["1000000001/2026-03-23/ICD"].sequence == 1


def test_every_answer_has_the_policy(system: System):
    system.alarm("1000000001")
    for path in ("/", "/alarms", "/alarms/1000000001/2026-03-23/ICD", "/static/console.js", "/charts.css", "/nothing"):
        headers = request(system, "GET", path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_no_template_needs_what_the_policy_forbids():
    for path in (STATIC.parent / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path
        assert "hx-on" not in text, path
        assert "<script>" not in text, path
        assert "http://" not in text.replace("http://www.w3.org", ""), path
        assert "https://" not in text, path
        assert "| safe" not in text, path


def test_vendored_files_have_their_licences():
    for path in STATIC.glob("*.min.*"):
        assert (STATIC / f"{path.name.split('.')[0]}.LICENSE").exists(), path


def test_parts_are_for_this_user_alone(system: System):
    system.days.run(MONDAY)
    assert system.get("/completeness").status_code == 200
    assert system.console.needs.folder.stat().st_mode & 0o077 == 0


def test_the_origin_of_our_own_forms_is_taken(system: System):
    answer = request(system, "POST", "/choices", origin=ORIGIN, x_csrf_token=system.console._guard.form_token())
    assert answer.status_code == 303
