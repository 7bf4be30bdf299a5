"""The service runs as a real process: it starts, logs, shuts down, and meets HTTP that only a real server sees."""

import contextlib
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text

from dockerless_testing.waiting import wait_until
from service.postgres import schema
from service.readings.repository import ReadingsRepository
from service.settings import Settings
from tests.integration.service.processes import API_KEY, ServiceProcess, service_process
from tests.integration.service.support import HEADERS, METERING_POINT, PATH, batch, reading, rows, sent
from tests.support.database_roles import as_owner, with_roles


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with service_process(settings, tmp_path_factory.mktemp("service") / "log") as process:
        process.wait_until_healthy()
        yield process


def post(service: ServiceProcess, body: object, **headers: str) -> httpx.Response:
    return httpx.post(service.url + PATH, json=body, headers=HEADERS | headers, timeout=60, trust_env=False)


def exchange(service: ServiceProcess, request: bytes) -> bytes:
    """Sends these bytes and returns the answer until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_request_is_one_log_line_without_key_body_or_address(
    service: ServiceProcess, engine: Engine, repository: ReadingsRepository
) -> None:
    repository.store(sent(reading(0)))  # the day is there: making it is a line of its own
    body = batch(7, kwh=765.4321)
    answer = post(service, body, **{"x-api-key": API_KEY, "x-request-id": "gateway-1"})
    assert answer.json() == {"stored": 1, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []}
    assert post(service, {"readings": [{API_KEY: 765.4321}]}, **{"x-api-key": API_KEY}).status_code == 422
    (line,) = [event for event in service.events() if event.get("request_id") == "gateway-1"]
    assert line.pop("time") and line.pop("duration_ms") > 0  # noqa: PT018 - the two that vary
    assert line == {
        "level": "INFO",
        "message": "request",
        "logger": "service.http.request_log",
        "request_id": "gateway-1",
        "method": "POST",
        "route": "/v1/metering-points/{number}/readings",
        "status": 200,
    }
    for secret in (API_KEY, "765.4321", "postgresql://"):
        assert secret not in service.output


def test_a_request_id_that_could_forge_a_line_is_not_logged(service: ServiceProcess, engine: Engine) -> None:
    forged = '{"message": "forged"}'
    assert post(service, batch(8), **{"x-request-id": forged}).status_code == 200
    assert "forged" not in service.output


def test_what_is_not_http_gets_a_problem_too(service: ServiceProcess) -> None:
    head, _, body = exchange(service, b"NONSENSE\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_a_head_without_an_end_is_cut_off(service: ServiceProcess) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        connection.sendall(f"GET {PATH} HTTP/1.1\r\nx-endless: ".encode())
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                connection.sendall(b"a" * 65536)
            raise AssertionError("64 MiB of a head were taken")


def test_a_large_body_in_one_piece_is_no_long_head(service: ServiceProcess, engine: Engine) -> None:
    assert post(service, {"readings": batch(0)["readings"], "padding": "x" * 500_000}).status_code == 422


def test_a_body_without_a_length_is_cut_off_at_the_limit(service: ServiceProcess, engine: Engine) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"readings": ['
        for _ in range(40):
            yield b" " * 32768

    answer = httpx.post(service.url + PATH, content=chunks(), headers=HEADERS, timeout=60, trust_env=False)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert rows(engine) == []


def test_a_declared_length_over_the_limit_is_refused_before_the_body(service: ServiceProcess) -> None:
    lines = [f"POST {PATH} HTTP/1.1", "host: service", "content-length: 11534336", "connection: close"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    answer = exchange(service, "\r\n".join([*lines, "", ""]).encode())
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_two_identities_are_refused(service: ServiceProcess) -> None:
    lines = [f"GET {PATH} HTTP/1.1", "host: service", "connection: close"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    lines += [f"x-billing-metering-point: {METERING_POINT}2"]
    answer = exchange(service, "\r\n".join([*lines, "", ""]).encode())
    assert answer.startswith(b"HTTP/1.1 403 ")


def test_the_same_batch_from_many_clients_is_stored_once(service: ServiceProcess, engine: Engine) -> None:
    body = batch(*range(96))
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: post(service, body), range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["stored"] for answer in answers) == 96
    assert sum(answer.json()["duplicates"] for answer in answers) == 39 * 96
    assert len(rows(engine)) == 96


def hold_readings_in_flight(engine: Engine) -> None:
    """Waits until a task's request waits for a lock in the database."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'ingestion' AND wait_event_type = 'Lock'"
    )

    def waiting() -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(query))

    wait_until(waiting, timeout=60, what="the request to wait for the lock")


def test_a_shutdown_finishes_what_is_in_flight(
    settings: Settings, engine: Engine, repository: ReadingsRepository, tmp_path: Path
) -> None:
    repository.store(sent(reading(0)))
    with (
        service_process(settings, tmp_path / "log") as service,
        ThreadPoolExecutor(1) as threads,
        engine.connect() as other,
    ):
        service.wait_until_healthy()
        other.execute(text("SELECT 1 FROM energy_consumption FOR UPDATE"))
        answer = threads.submit(post, service, batch(0, 1, kwh=2))
        hold_readings_in_flight(engine)
        service.terminate()
        wait_until(lambda: service.has_logged("Shutting down"), timeout=60, what="the shutdown to begin")
        with pytest.raises(httpx.ConnectError):
            httpx.get(service.url + "/health", trust_env=False)
        other.rollback()
        assert answer.result().json() == {"stored": 1, "duplicates": 0, "revised": 1, "superseded": 0, "rejected": []}
        assert service.wait() == 0
    assert len(rows(engine)) == 2


def test_a_shutdown_ends_in_its_time_whatever_is_in_flight(
    settings: Settings, engine: Engine, repository: ReadingsRepository, tmp_path: Path
) -> None:
    repository.store(sent(reading(0)))
    with (
        service_process(settings, tmp_path / "log", SHUTDOWN_TIMEOUT_SECONDS="1") as service,
        ThreadPoolExecutor(1) as threads,
        engine.connect() as other,
    ):
        service.wait_until_healthy()
        other.execute(text("SELECT 1 FROM energy_consumption FOR UPDATE"))
        answer = threads.submit(post, service, batch(0, kwh=2))
        hold_readings_in_flight(engine)
        service.terminate()
        assert service.wait() == 1
        assert answer.result().status_code == 503
        assert service.has_logged("work was still running at the end of the shutdown timeout")


def test_it_does_not_start_before_the_migration_which_ends_and_then_it_serves(
    empty_database: Settings, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    settings = with_roles(empty_database)
    with service_process(settings, tmp_path / "early") as early:
        assert early.wait() == 1
        (line,) = early.events()
        assert "the schema has no revision that this role may read, and this release needs revision" in line["message"]
    with service_process(as_owner(settings), tmp_path / "migrate", "migrate") as migration:
        assert migration.wait() == 0
        assert migration.has_logged("schema is up to date")
    with (
        service_process(settings, tmp_path / "one") as one,
        service_process(settings, tmp_path / "two") as two,
    ):
        one.wait_until_healthy()
        two.wait_until_healthy()
        assert [post(one, batch(0)).json()["stored"], post(two, batch(0)).json()["stored"]] == [1, 0]


def test_it_does_not_start_on_an_older_schema_and_starts_on_a_newer_one(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    def set_revision(revision: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})

    try:
        set_revision("0001")
        with service_process(settings, tmp_path / "older") as process:
            assert process.wait() == 1
            assert "the schema has revision 0001" in process.output
        set_revision("9999")
        with service_process(settings, tmp_path / "newer") as process:
            process.wait_until_healthy()
    finally:
        set_revision(schema.NEEDED)


@pytest.mark.parametrize("variable", ["DATABASE_HOST", "DATABASE_PASSWORD"])
def test_without_a_setting_it_does_not_start_and_names_it(settings: Settings, tmp_path: Path, variable: str) -> None:
    with service_process(settings, tmp_path / "log", **{variable: ""}) as process:
        assert process.wait() == 2
        (line,) = process.events()
        assert line["message"] == f"cannot start: {variable} is missing"


def test_a_wrong_argument_is_a_usage_error(settings: Settings, tmp_path: Path) -> None:
    with service_process(settings, tmp_path / "log", "migrat") as process:
        assert process.wait() == 2
        assert "usage" in process.output
