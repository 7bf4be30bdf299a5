"""What a run raises, and what it does not raise again, whatever happened before."""

import shutil
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from domain.days import LocalDay
from domain.findings import CODES
from domain.pipeline_dates import InvalidDate
from lambdas.publisher import logic
from lambdas.publisher.alarm_lines import AlarmLinesError
from lambdas.publisher.alarm_queue import AlarmsNotSentError
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.part_facts import PartFactsError
from lambdas.runtime.stored_parts import PartChangedError, hash_of
from tests.unit.lambdas.alerting.test_handler import BARE, BOTH, CUSTOMERS, FAULTS, GAPS, HONEST
from tests.unit.lambdas.examples import ZAGREB, an_item, readings
from tests.unit.lambdas.fakes import FakeS3, FakeSQS, client_error
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

LIST = ("enriched", "alarms/date=2026-03-29/MCD.json")


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    planted = RunWorld(tmp_path, *CUSTOMERS, shards=2)
    planted.rows = list(FAULTS)
    return planted


@pytest.fixture
def silent(tmp_path: Path) -> RunWorld:
    """123 customers without a reading; recorded ten at a time."""
    return RunWorld(tmp_path, *(an_item(f"{number:03}") for number in range(9, 132)), shards=3)


@pytest.fixture
def recorded_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(logic, "RECORDED_AT_ONCE", 10)
    return 10


def ids(world: RunWorld) -> list[str]:
    return [message["MessageAttributes"]["id"]["StringValue"] for message in world.sqs.messages]


def test_the_administrator_gets_one_email_for_each_type(world: RunWorld) -> None:
    world.run()
    assert [mail["Subject"] for mail in world.sns.published] == [
        "MCD missing consumption data on 2026-03-29: 1 customer",
        "ICD incomplete consumption data on 2026-03-29: 2 customers",
        "MNP missing network parameters on 2026-03-29: 2 customers",
    ]
    assert "s3://enriched/alarms/date=2026-03-29/ICD.json" in world.sns.published[1]["Message"]
    assert {mail["TopicArn"] for mail in world.sns.published} == {"topic"}


@pytest.mark.parametrize("other", [RUN, OTHER_RUN])
def test_a_run_again_raises_nothing_and_writes_the_same(world: RunWorld, other: str) -> None:
    world.run()
    objects, messages, mails = world.readable, list(world.sqs.messages), list(world.sns.published)
    again = world.run(other)
    assert {counts["raised"] for counts in again["alarms"].values()} == {0}
    assert (world.readable, world.sqs.messages, world.sns.published) == (objects, messages, mails)


def test_only_what_is_new_in_a_run_again_is_raised(world: RunWorld) -> None:
    world.run()
    world.dynamodb.items.append(an_item(7))
    answer = world.run(OTHER_RUN)
    assert answer["alarms"]["MCD"] == {"found": 2, "raised": 1}
    assert world.queued == [("1", "MCD"), ("7", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
    assert world.sns.published[3]["Subject"].endswith(": 1 customer")
    assert world.listed("MCD") == ["1", "7"]


def test_what_was_raised_stays_recorded_when_the_readings_arrive_late(world: RunWorld) -> None:
    world.run()
    before = world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"]
    world.rows = [row for number in (GAPS, BARE, HONEST, BOTH) for row in readings(number, DAY)]
    assert world.run(OTHER_RUN)["alarms"]["ICD"] == {"found": 0, "raised": 0}
    assert world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"] == before
    assert world.listed("ICD") == ["2", "6"]


def test_a_day_without_faults_writes_empty_lists_and_sends_nothing(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(HONEST, "HHP"), an_item(5, active=False))
    world.rows = readings(HONEST, DAY)
    assert world.run()["alarms"] == {each: {"found": 0, "raised": 0} for each in CODES}
    assert (world.sqs.calls, world.sns.published) == ([], [])
    assert all(world.listed(each) == [] for each in CODES)
    world.run(OTHER_RUN)
    assert world.listed("MCD") == []


def test_more_than_fifty_alarms_are_all_listed_and_queued(silent: RunWorld) -> None:
    silent.run()
    expected = [f"{number:03}" for number in range(9, 132)]
    assert silent.listed("MCD") == [number for number, _ in silent.queued] == expected
    assert silent.sns.published[0]["Message"].splitlines()[5:-2] == expected[:50]
    assert "Customers: 123\n" in silent.sns.published[0]["Message"]


# Crashes: the run ends at the given moment, and a later one completes the day.


class CrashError(Exception):
    """The function was killed here."""


def crash_at(count: int, happens: Callable[..., bool]) -> Callable[..., None]:
    """Something that raises when it `happens` for the `count`th time."""
    seen = iter(range(1, 1_000_000))

    def fault(*about: Any) -> None:
        if happens(*about) and next(seen) == count:
            raise CrashError

    return fault


def writes(part: str) -> Callable[[str, str], bool]:
    return lambda operation, key: operation == "put" and part in key


MOMENTS = {
    "before the first batch is recorded": (1, writes("raised/")),
    "before a later batch is recorded": (7, writes("raised/")),
    "before the list is written": (1, writes("alarms/")),
    "before the e-mail is noted": (1, writes("mailed/")),
    "while the batches are let go": (3, lambda operation, key: operation == "delete" and "raised/" in key),
    "before the note is let go": (1, lambda operation, key: operation == "delete" and "mailed/" in key),
}


@pytest.mark.parametrize("run", [RUN, OTHER_RUN])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.usefixtures("recorded_at_once")
def test_after_a_crash_the_next_attempt_completes_the_day(silent: RunWorld, moment: str, run: str) -> None:
    silent.s3.fault = crash_at(*MOMENTS[moment])
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.run(run)
    assert silent.listed("MCD") == [f"{number:03}" for number in range(9, 132)]
    assert len(set(ids(silent))) == 123
    assert len(ids(silent)) <= 123 + 10, "more than one batch was sent twice"
    mails = [mail["Message"] for mail in silent.sns.published]
    assert len(mails) == (2 if moment == "before the e-mail is noted" else 1)
    assert all("Customers: 123\n" in mail for mail in mails)
    assert [key for _, key in silent.s3.objects if "raised/" in key or "mailed/" in key] == []


@pytest.mark.usefixtures("recorded_at_once")
def test_the_list_is_the_same_with_and_without_a_crash(silent: RunWorld, tmp_path: Path) -> None:
    silent.s3.fault = crash_at(5, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.run(OTHER_RUN)
    smooth = RunWorld(tmp_path, *silent.dynamodb.items, shards=3)
    smooth.run()
    assert silent.readable == smooth.readable


@pytest.mark.usefixtures("recorded_at_once")
def test_what_a_crashed_run_had_sent_is_recorded_though_the_next_does_not_find_it(silent: RunWorld) -> None:
    silent.s3.fault = crash_at(3, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.rows = [row for number in range(9, 20) for row in readings(f"{number:03}", DAY)]  # late
    silent.run(OTHER_RUN)
    assert silent.listed("MCD") == [f"{number:03}" for number in range(9, 132)]
    assert "Customers: 123\n" in silent.sns.published[0]["Message"]


def test_a_repeat_has_the_id_of_what_it_repeats_whatever_changed_meanwhile(silent: RunWorld) -> None:
    silent.s3.fault = crash_at(1, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    sent = {message["MessageBody"]: message for message in silent.sqs.messages}
    silent.dynamodb.items = [item | {"name": {"S": "Renamed"}, "type": {"S": "I"}} for item in silent.dynamodb.items]
    silent.shards = 5
    silent.run(OTHER_RUN)
    assert (len(ids(silent)), len(set(ids(silent)))) == (2 * 123, 123)
    assert all(message["MessageBody"] not in sent for message in silent.sqs.messages[123:]), "only the id is the same"


def test_a_queue_that_refuses_is_an_error_and_the_next_run_sends_all(world: RunWorld) -> None:
    world.sqs.refuse = lambda _call, entry: ("InternalError", False) if entry["Id"] == "1" else None
    with pytest.raises(AlarmsNotSentError):
        world.run()
    assert ("enriched", "alarms/date=2026-03-29/ICD.json") not in world.s3.objects
    world.sqs.refuse = lambda _call, _entry: None
    world.run(OTHER_RUN)
    assert len(set(ids(world))) == 5
    assert len(ids(world)) == 6, "the one that was taken before the failure is sent again, with the same id"


def test_a_topic_that_refuses_is_an_error_and_the_next_run_tells(world: RunWorld) -> None:
    world.sns.fault = client_error("InternalError")
    with pytest.raises(ClientError):
        world.run()
    world.sns.fault = None
    world.run(OTHER_RUN)
    assert len(ids(world)) == len(set(ids(world))) == 5
    assert len(world.sns.published) == 3
    assert world.listed("MCD") == ["1"]


def test_a_leftover_of_a_run_that_lost_its_turn_raises_nothing(world: RunWorld) -> None:
    world.process(RUN)
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError):
        world.publish(RUN)
    assert (world.sqs.calls, world.sns.published) == ([], [])


@pytest.mark.parametrize("bucket", ["exported", "enriched"])
def test_a_part_that_somebody_else_wrote_is_noticed_before_anything_is_raised(world: RunWorld, bucket: str) -> None:
    world.process()
    world.s3.objects[bucket, "readings/date=2026-03-29/part-00001.parquet"] = b"a leftover's"
    with pytest.raises(PartChangedError, match=f"s3://{bucket}/readings/date=2026-03-29/part-00001.parquet"):
        world.publish()
    assert (world.sqs.calls, world.sns.published) == ([], [])


def test_parts_of_a_run_with_more_shards_are_removed(world: RunWorld) -> None:
    others = {
        ("exported", "readings/date=2026-03-30/part-00001.parquet"): b"another day",
        ("enriched", "readings/date=2026-03-29/notes.txt"): b"no part",
    }
    world.s3.objects.update(others)
    world.shards = 5
    world.run()
    world.shards = 2
    world.run(OTHER_RUN)
    parts = {key for key in world.s3.objects if "part-" in key[1]} - others.keys()
    assert parts == {
        (bucket, f"{prefix}/date=2026-03-29/part-0000{number}.parquet")
        for bucket, prefix in (("exported", "readings"), ("enriched", "readings"), ("enriched", "customers"))
        for number in (0, 1)
    }
    assert world.s3.objects.items() >= others.items()


HEAD = b'{"date":"2026-03-29","error_type":"MCD","count":1,"alarms":[\n'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"alarms": 1}',
        b"\xff",
        HEAD + b'{"id":1}\n]}\n',
        HEAD + b'{"id":"a","billing_metering_point_number":"1"}',
    ],
)
def test_a_list_out_of_shape_is_an_error_and_raises_nothing(world: RunWorld, content: bytes) -> None:
    world.s3.objects[LIST] = content
    with pytest.raises(AlarmLinesError):
        world.run()
    assert (world.sqs.calls, world.sns.published) == ([], [])


def test_alarms_that_were_not_found_yet(world: RunWorld) -> None:
    world.process()
    del world.s3.objects["enriched", "work/2026-03-29/one/MCD-00001.jsonl.gz"]
    with pytest.raises(ObjectMissingError, match="MCD-00001"):
        world.publish()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"parts": {"exported": {}}, "about": {}}'])
def test_facts_out_of_shape_are_refused(world: RunWorld, content: bytes) -> None:
    world.process()
    world.s3.objects["enriched", "work/2026-03-29/one/exported-00001.json"] = content
    with pytest.raises(PartFactsError):
        world.publish()


def test_it_guesses_no_date(world: RunWorld) -> None:
    world.process()
    world.day = LocalDay(date(2026, 11, 1), ZAGREB)  # not over yet
    with pytest.raises(InvalidDate):
        world.publish()


def test_memory_does_not_grow_with_the_alarms(tmp_path: Path) -> None:
    few, many = (peak_of_publishing(tmp_path / str(count), count) for count in (5_000, 25_000))
    assert many < few * 1.3


def peak_of_publishing(directory: Path, count: int) -> int:
    """The most memory, in bytes, that Python holds while so many alarms are published."""
    directory.mkdir()
    world = RunWorld(directory, *(an_item(number) for number in range(1, count + 1)))
    world.dynamodb.page_size = 1_000
    world.s3 = OnDisk(directory)
    world.process()
    world.sqs = sink = CountingSink()
    tracemalloc.start()
    try:
        assert world.publish()["alarms"]["MCD"] == {"found": count, "raised": count}
        assert sink.taken == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class CountingSink(FakeSQS):
    """A queue that keeps no message."""

    taken = 0

    def _taken(self, request: dict[str, Any]) -> dict[str, Any]:
        self.taken += len(request["Entries"])
        return {}


class OnDisk(FakeS3):
    """A bucket whose objects are files, as memory is what is measured."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory / "objects"

    def put_object(self, **request: Any) -> dict[str, str]:
        path = self._path(request)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = request["Body"]
        with path.open("wb") as file:
            shutil.copyfileobj(BytesIO(body) if isinstance(body, bytes) else body, file)
        return {"ETag": str(path), "VersionId": "v1"}

    def head_object(self, **request: Any) -> dict[str, Any]:
        path = self._path(request)
        if not path.exists():
            raise client_error("404", "HeadObject")
        return {"VersionId": "v1", "ChecksumSHA256": b64encode(bytes.fromhex(hash_of(path))).decode()}

    def get_object(self, **request: Any) -> dict[str, Any]:
        path = self._path(request)
        if not path.exists():
            raise self.exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        if "Range" in request:
            first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
            return {"Body": BytesIO(path.read_bytes()[first : last + 1])}
        return {"Body": OpenFile(path), "ETag": str(path)}

    def delete_object(self, **request: Any) -> None:
        self._path(request).unlink(missing_ok=True)

    def _pages(self, **request: Any) -> Iterator[dict[str, Any]]:
        root = self._directory / request["Bucket"]
        paths = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
        found = {key: str(path) for key, path in paths.items() if key.startswith(request["Prefix"])}
        yield {"Contents": [{"Key": key, "ETag": etag} for key, etag in sorted(found.items())]}

    def _path(self, request: dict[str, Any]) -> Path:
        return self._directory / str(request["Bucket"]) / str(request["Key"])


class OpenFile:
    """An object's content that is read from a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes:
        return self._path.read_bytes()

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk
