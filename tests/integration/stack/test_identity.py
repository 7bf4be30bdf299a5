"""A command does not use another stack's LocalStack on its port, nor a LocalStack without the stack's resources."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from local.commands.testing import free_settings
from local.launcher import identity, settings, terraform
from local.launcher.identity import Answer, IdentityError
from local.launcher.settings import Settings
from local.launcher.state import State
from local.observe import running


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """Starts a server that gives this answer to every request. Yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(settings, "LOCAL", tmp_path)
    return free_settings(Settings(name="two", mode="embedded"))


def localstack_of(directory: object, session: str) -> bytes:
    return json.dumps({"stack": str(directory), "session": session}).encode()


def at(stack: Settings, port: int) -> Settings:
    return Settings(name=stack.name, port=port, mode=stack.mode)


def refused(stack: Settings, session: str) -> str:
    with pytest.raises(IdentityError) as error:
        identity.require_own(stack, session)
    assert "\n" not in str(error.value)
    assert "`make up STACK=two`" in str(error.value)
    return str(error.value)


def test_its_own_process_in_the_session_of_the_apply_is_accepted(stack: Settings):
    with answering(200, localstack_of(stack.directory, "s1")) as port:
        identity.require_own(at(stack, port), "s1")
        assert identity.ask(at(stack, port)) == Answer(str(stack.directory), "s1")


def test_its_own_process_started_anew_holds_nothing(stack: Settings):
    with answering(200, localstack_of(stack.directory, "s2")) as port:
        assert "has restarted without its saved state" in refused(at(stack, port), "s1")


def test_another_stack_s_localstack_is_named(stack: Settings):
    with answering(200, localstack_of("/elsewhere/.local/stacks/one", "s1")) as port:
        assert "answered by LocalStack of the stack in /elsewhere/.local/stacks/one" in refused(at(stack, port), "s1")


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"hello"), (200, b"[]"), (200, b"{}"), (404, b"{}"), (200, localstack_of("", "s1"))],
)
def test_what_is_no_stack_s_localstack_is_another_program(stack: Settings, status: int, body: bytes):
    with answering(status, body) as port:
        assert "answered by another program" in refused(at(stack, port), "s1")


def test_a_localstack_that_is_being_ended_does_not_answer(stack: Settings):
    with answering(503, b"shutting down") as port:
        assert "does not answer" in refused(at(stack, port), "s1")


def test_nobody_who_answers_is_told(stack: Settings):
    assert f"does not answer on 127.0.0.1:{stack.port}" in refused(stack, "s1")


def test_terraform_plans_nothing_over_another_s_localstack(stack: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terraform, "plan", lambda _: pytest.fail("Terraform was run"))
    monkeypatch.setenv("STACK", stack.name)
    for setting in ("PORT", "MODE", "IAM_ENFORCEMENT", "FAULTS"):  # of the suite's own stack
        monkeypatch.delenv(setting, raising=False)
    with answering(200, localstack_of("/elsewhere", "s1")) as port:
        asked = at(stack, port)
        State("s1").write(asked)
        (asked.directory / terraform.OUTPUTS).write_text("{}")
        with pytest.raises(IdentityError, match="/elsewhere"):
            running.look_up().plan()
        with pytest.raises(IdentityError, match="/elsewhere"):
            running.load()
