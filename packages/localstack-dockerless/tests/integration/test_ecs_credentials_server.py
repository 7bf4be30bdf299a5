"""The ECS agent gives credentials to its task alone, in the form of AWS's agent."""

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from localstack_dockerless.services.ecs.agent.credentials_server import CredentialsServer
from localstack_dockerless.services.ecs.agent.protocol import Credentials

MADE = Credentials("arn:aws:iam::000000000000:role/r", "LSIA1", "secret", "token", "2026-11-27T03:00:00Z")


class Emulator:
    """Makes credentials. `down`: it does not answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False

    def fetch(self, task: str) -> Credentials:
        if self.down:
            raise OSError("nobody answers")
        self.asked.append(task)
        return MADE


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def server(emulator: Emulator) -> Iterator[CredentialsServer]:
    server = CredentialsServer(emulator.fetch)
    yield server
    server.close()


def get(url: str) -> tuple[int, dict[str, object]]:
    try:
        with urlopen(url) as answer:  # noqa: S310 -- the server's own address
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_the_answer_has_the_form_of_awss_agent(server: CredentialsServer, emulator: Emulator) -> None:
    url = server.serve("t1", "c1")
    assert url.startswith("http://127.0.0.1:")
    assert url.endswith("/v2/credentials/c1")
    assert get(url) == (
        200,
        {
            "RoleArn": MADE.role_arn,
            "AccessKeyId": "LSIA1",
            "SecretAccessKey": MADE.secret_access_key,
            "Token": MADE.token,
            "Expiration": "2026-11-27T03:00:00Z",
        },
    )
    assert emulator.asked == ["t1"]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v2/credentials/c2", "InvalidIdInRequest"), ("/v2/credentials/", "NoIdInRequest"), ("/", "NoIdInRequest")],
)
def test_nobody_without_the_id_gets_credentials(
    server: CredentialsServer, emulator: Emulator, path: str, code: str
) -> None:
    url = server.serve("t1", "c1")
    status, answer = get(url.replace("/v2/credentials/c1", path))
    assert (status, answer["code"], answer["HTTPErrorCode"]) == (400, code, 400)
    assert emulator.asked == []


def test_the_id_of_a_task_that_has_ended_opens_nothing(server: CredentialsServer, emulator: Emulator) -> None:
    first = server.serve("t1", "c1")
    server.forget()
    assert get(first)[0] == 400
    second = server.serve("t2", "c2")
    assert get(first)[0] == 400
    assert get(second)[0] == 200
    assert emulator.asked == ["t2"]


def test_an_emulator_that_does_not_answer_is_a_passing_error(server: CredentialsServer, emulator: Emulator) -> None:
    url = server.serve("t1", "c1")
    emulator.down = True
    status, answer = get(url)
    assert (status, answer["code"]) == (503, "CredentialsUninitialized")
    emulator.down = False
    assert get(url)[0] == 200
