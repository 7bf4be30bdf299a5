"""A running service stores batches of many old days that have no partitions yet."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from domain.identity_headers import Identity
from service.settings import Settings
from tests.integration.service.processes import ServiceProcess, service_process
from tests.integration.service.support import MIDNIGHT, rows

DAYS = 120
AT_ONCE = 4
OTHER = 7


@pytest.fixture
def service(settings: Settings, engine: Engine, tmp_path: Path) -> Iterator[ServiceProcess]:
    with service_process(settings, tmp_path / "log") as process:
        process.wait_until_healthy()
        yield process


def send(service: ServiceProcess, number: int, starts: list[datetime]) -> httpx.Response:
    items = [{"interval_start": each.isoformat(), "consumption_kwh": 1} for each in starts]
    url = f"{service.url}/v1/metering-points/{number}/readings"
    return httpx.post(
        url, json={"readings": items}, headers=Identity(str(number)).as_headers(), trust_env=False, timeout=150
    )


def test_batches_of_many_old_days_are_stored_and_hold_up_nobody(service: ServiceProcess, engine: Engine) -> None:
    """Each batch has other days and is sent again after a 503. The batches of other callers are stored at once."""

    def send_until_stored(number: int) -> list[httpx.Response]:
        answers: list[httpx.Response] = []
        while not answers or (answers[-1].status_code != 200 and len(answers) < 100):
            starts = [MIDNIGHT - timedelta(days=number * DAYS + day) for day in range(DAYS)]
            answers.append(send(service, number, starts))
        return answers

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        sent = [threads.submit(send_until_stored, number) for number in range(1, AT_ONCE + 1)]
        others = [send(service, OTHER, [now]).status_code]
        while not all(each.done() for each in sent):
            others.append(send(service, OTHER, [now]).status_code)
    assert set(others) == {200}
    for *refused, stored in (each.result() for each in sent):
        assert stored.json()["stored"] + stored.json()["duplicates"] == DAYS
        assert all(answer.status_code == 503 and int(answer.headers["retry-after"]) for answer in refused)
    assert len(rows(engine)) == AT_ONCE * DAYS + 1
