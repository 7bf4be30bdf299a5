"""A database that was restored from a snapshot gets what was published since, version by version."""

import gzip
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from domain.days import format_instant
from domain.intervals import QUARTER_HOURS
from domain.readings import EXPORTED_COLUMNS
from operations.restored_readings import Loss, compare
from service.postgres import connections
from service.readings.batch import Batch
from service.readings.repository import ReadingsRepository
from service.restore.fill import MANIFEST, RESULT, fill
from service.restore.listing import list_readings
from service.restore.objects import Folder
from service.settings import Settings
from tests.integration.service.support import METERING_POINT, MIDNIGHT, reading, rows, sent, start
from tests.support.database_roles import as_owner
from tests.support.objects import FakeObjects

TABLES = ("energy_consumption", "energy_consumption_history")
COLUMNS = ", ".join(EXPORTED_COLUMNS)
DAY_AS_KNOWN = f"""
COPY (SELECT {COLUMNS} FROM energy_consumption WHERE received_at <= '{{0}}' AND NOT withdrawn
    UNION ALL SELECT {COLUMNS} FROM energy_consumption_history
    WHERE received_at <= '{{0}}' AND replaced_at > '{{0}}' AND NOT withdrawn
    ORDER BY billing_metering_point_number, interval_start) TO STDOUT (FORMAT csv, NULL '\\N')
"""  # noqa: S608 -- as the exporter reads a shard


class World:
    """A database that can be saved, restored, published and filled."""

    def __init__(self, admin: Engine, owner: Engine, folder: Path) -> None:
        self.admin, self.owner, self.scratch = admin, owner, folder
        self.objects = FakeObjects()
        self.folder = Folder(self.objects, "exported", "restores/one/")

    def snapshot(self) -> datetime:
        """Keeps the rows of both tables. Returns the instant."""
        with self.admin.begin() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS kept_{table}")
                connection.exec_driver_sql(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608
        return self.now()

    def restore(self) -> None:
        """Brings the rows of the snapshot back."""
        with self.admin.begin() as connection:
            connection.exec_driver_sql("TRUNCATE energy_consumption, energy_consumption_history")
            for table in TABLES:
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608

    def now(self) -> datetime:
        """Returns the time of the database's clock."""
        with self.admin.connect() as connection:
            found: datetime = connection.scalar(text("SELECT clock_timestamp()"))
        return found

    def day(self, instant: datetime) -> bytes:
        """Returns the readings as known at the instant."""
        file = io.BytesIO()
        with self.admin.connect() as connection:
            cursor: Any = connection.connection.cursor()
            cursor.copy_expert(DAY_AS_KNOWN.format(instant.isoformat()), file)
        return file.getvalue()

    def publish(self) -> datetime:
        """Writes the part and the manifest of a publication as known now. Returns the instant."""
        instant = self.now()
        part = {
            "name": "date=2026-03-01/part-00000.csv.gz",
            "date": "2026-03-01",
            "start": format_instant(MIDNIGHT),
            "end": format_instant(MIDNIGHT + timedelta(days=1)),
            "first": "",
            "beyond": "~",
            "as_known_at": format_instant(instant),
        }
        self.objects.content[self.folder.prefix + part["name"]] = gzip.compress(self.day(instant))
        self.folder.write_json(MANIFEST, {"parts": [part]})
        return instant

    def fill(self) -> dict[str, int]:
        """Fills the database. Returns the counts that are not 0."""
        result = fill(self.owner, self.folder)
        assert self.folder.read_json(RESULT) == result
        return {name: count for name, count in result["total"].items() if count}

    def listed(self, name: str) -> Path:
        """Writes the list of the readings. Returns its local copy."""
        list_readings(self.owner, self.folder, f"{name}.csv.gz")
        path = self.scratch / f"{name}.csv.gz"
        path.write_bytes(self.objects.content[f"{self.folder.prefix}{name}.csv.gz"])
        return path


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    return World(engine, connections.create_patient_engine(as_owner(settings)), tmp_path)


def withdrawal(*numbers: int) -> Batch:
    return Batch.withdrawal(METERING_POINT, [start(number) for number in numbers], QUARTER_HOURS, None)


def test_what_was_published_after_the_snapshot_comes_back(world: World, repository: ReadingsRepository) -> None:
    repository.store(sent(reading(0), reading(1), reading(2), reading(3, average_voltage_v=229.7, voltage_drops=2)))
    taken_at = world.snapshot()
    repository.store(sent(reading(1, "0.5"), reading(4)))
    repository.store(withdrawal(2))
    published_at = world.publish()
    before, published = world.listed("before"), world.day(published_at)

    world.restore()
    assert world.fill() == {"rows": 4, "added": 1, "replaced": 1, "withdrawn": 1, "same": 4}
    assert world.day(published_at) == published
    after = world.listed("after")
    # the withdrawal itself is lost: no object has its time. A reading without values stands for it.
    assert compare(before, after, taken_at) == Loss(5, 1, 0, 0, *[_received(before, 2)] * 2)
    assert world.fill() == {"rows": 4, "same": 4}
    assert lines(world.listed("again")) == lines(after)


def test_each_earlier_instant_keeps_one_version_of_each_reading(world: World, repository: ReadingsRepository) -> None:
    repository.store(sent(reading(0), reading(1)))
    world.snapshot()
    repository.store(sent(reading(0, "0.5")))
    repository.store(withdrawal(1))
    published_at = world.publish()
    world.restore()
    world.fill()
    instants = [world.now(), published_at]
    assert [world.day(instant).count(b"\n") for instant in instants] == [1, 1]
    assert world.day(published_at) == world.day(world.now())


def test_a_reading_that_came_after_the_restore_stays(world: World, repository: ReadingsRepository) -> None:
    repository.store(sent(reading(0, "1")))
    world.snapshot()
    repository.store(sent(reading(0, "2"), reading(1)))
    published_at = world.publish()
    published = world.day(published_at)
    world.restore()
    repository.store(sent(reading(0, "3")))
    assert world.fill() == {"rows": 2, "added": 1, "newer": 1, "same": 1}
    assert [str(kwh) for _, kwh, _ in rows(world.admin)] == ["3.000000", "0.250000"]
    assert world.day(published_at) == published
    assert world.fill() == {"rows": 2, "newer": 1, "same": 1}


def test_readings_that_no_publication_has_are_lost_and_counted(world: World, repository: ReadingsRepository) -> None:
    repository.store(sent(reading(0)))
    taken_at = world.snapshot()
    repository.store(sent(reading(1)))
    world.publish()
    repository.store(sent(reading(2), reading(0, "9")))
    before = world.listed("before")
    world.restore()
    world.fill()
    loss = compare(before, world.listed("after"), taken_at)
    assert (loss.readings, loss.lost, loss.lost_replaced, loss.wrong) == (3, 2, 0, 0)
    assert loss.first == loss.last
    assert loss.first is not None
    assert loss.first > taken_at


def test_a_reading_that_the_snapshot_should_have_is_wrong_when_it_is_lost(
    world: World, repository: ReadingsRepository
) -> None:
    world.snapshot()
    repository.store(sent(reading(0)))
    before, taken_at = world.listed("before"), world.now()
    world.restore()
    assert compare(before, world.listed("after"), taken_at).wrong == 1


def test_a_part_is_filled_as_a_whole_or_not_at_all(world: World, repository: ReadingsRepository) -> None:
    world.snapshot()
    repository.store(sent(reading(0)))
    world.publish()
    (name,) = (name for name in world.objects.content if name.endswith(".csv.gz"))
    world.objects.content[name] = gzip.compress(gzip.decompress(world.objects.content[name]) + b"broken\n")
    world.restore()
    with pytest.raises(Exception, match="restored_readings"):
        world.fill()
    assert rows(world.admin) == []


def test_a_day_without_a_partition_gets_one(
    world: World, engine: Engine, repository: ReadingsRepository, dropped: Callable[[str], None]
) -> None:
    repository.store(sent(reading(0)))
    world.publish()
    world.snapshot()
    dropped("20260301")
    assert world.fill() == {"rows": 1, "added": 1, "same": 1}


@pytest.fixture
def dropped(engine: Engine) -> Callable[[str], None]:
    """Returns a function that drops the partitions of a day."""

    def drop(day: str) -> None:
        with engine.begin() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"DROP TABLE {table}_utc_{day}")

    return drop


def test_a_broken_list_is_no_object(world: World) -> None:
    def broken(file: Any) -> None:
        file.write(b"half")
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="the source broke"):
        world.folder.write_stream("list.csv.gz", broken)
    assert world.objects.content == {}


@pytest.mark.parametrize("uri", ["exported/restores/", "s3://exported", "s3://exported/restores", "s3:///restores/"])
def test_an_address_that_names_no_folder_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="is not s3://bucket/prefix/"):
        Folder.of(None, uri)


def lines(listed: Path) -> list[str]:
    """Returns the lines of a list, which has no order."""
    return sorted(gzip.decompress(listed.read_bytes()).decode().splitlines())


def _received(listed: Path, number: int) -> datetime:
    """Returns when the current version of a reading arrived, by a list."""
    for line in lines(listed):
        kind, _, interval_start, received_at, _ = line.split(",")
        if kind == "current" and datetime.fromisoformat(interval_start) == start(number):
            return datetime.fromisoformat(received_at).astimezone(UTC)
    raise LookupError(number)
