"""What a metering point's readings must be after the calls that were accepted: a plain dictionary."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

type Reading = dict[str, Any]

QUARTER = timedelta(minutes=15)
LONGEST_DOWN_TIME = 900
PLACES = 200
"""So few places in time that batches repeat and revise each other's readings."""
OPTIONAL = (
    "production_kwh", "reactive_kvarh", "average_voltage_v", "average_frequency_hz", "voltage_drops",
    "down_time_seconds",
)  # fmt: skip
DECIMALS = {
    **dict.fromkeys(("consumption_kwh", "production_kwh", "reactive_kvarh"), 6),
    **dict.fromkeys(("voltage_drops", "down_time_seconds"), 0),
}
"""The decimals that are kept. The other quantities keep all."""
QUALITY = "measured"
"""The quality of a reading that never said one, or cleared it with `null`."""
ZONES = tuple(
    timezone(offset)
    for offset in (timedelta(0), timedelta(hours=1), timedelta(hours=5, minutes=45), timedelta(hours=-3, minutes=-30))
)


class Model:
    """By interval start; each has its values. An omitted field keeps what is stored."""

    def __init__(self) -> None:
        self.stored: dict[datetime, tuple[Any, ...]] = {}

    def take(self, readings: list[Reading], rejected: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """Takes the readings of an accepted batch that were not `rejected`. Returns the answer that is due."""
        left_out = {error["index"] for error in rejected}
        counts: dict[str, Any] = {"stored": 0, "duplicates": 0, "revised": 0, "superseded": 0}
        for reading in (reading for index, reading in enumerate(readings) if index not in left_out):
            start = _start(reading)
            known = self.stored.get(start)
            former = dict(zip((*OPTIONAL, "quality"), known[1:], strict=True)) if known else {"quality": QUALITY}
            values = _values(former | reading)
            counts["stored" if known is None else "duplicates" if known == values else "revised"] += 1
            self.stored[start] = values
        return counts | {"rejected": list(rejected)}

    def page(self, query: dict[str, Any]) -> list[datetime]:
        """The starts that a page of this query must have."""
        first = _instant(query["from"]) if "from" in query else datetime.min.replace(tzinfo=UTC)
        end = _instant(query["to"]) if "to" in query else datetime.max.replace(tzinfo=UTC)
        return sorted(start for start in self.stored if first <= start < end)[: query.get("limit", 1_000)]

    def is_page(self, answered: dict[str, Any], expected: list[datetime]) -> bool:
        """Whether an answer has the readings at these starts, and says that there are more where there are."""
        readings = answered["readings"]
        return [_instant(each["interval_start"]) for each in readings] == expected and self.holds(readings)

    def holds(self, readings: list[Reading]) -> bool:
        """Whether each of these is stored with the same values."""
        return all(_values(each) == self.stored.get(_start(each)) for each in readings)


def made_valid(body: dict[str, Any]) -> dict[str, Any]:
    """A generated batch whose readings are on different quarter-hours of the last days, with six decimals."""
    now = datetime.now(UTC)
    newest = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    readings: list[Reading] = []
    taken: set[int] = set()
    for index, reading in enumerate(body["readings"][:PLACES]):
        place = next(
            p % PLACES for p in range(len(str(reading)), 2 * PLACES + len(str(reading))) if p % PLACES not in taken
        )
        taken.add(place)
        start = (newest - QUARTER - place * QUARTER).astimezone(ZONES[index % len(ZONES)])
        kwh = round(float(reading["consumption_kwh"]), 6)
        valid = reading | {"interval_start": start.isoformat(), "consumption_kwh": kwh}
        for name in ("production_kwh", "reactive_kvarh"):
            if valid.get(name) is not None:
                valid[name] = round(float(valid[name]), 6)
        if valid.get("down_time_seconds") is not None:
            valid["down_time_seconds"] = min(valid["down_time_seconds"], LONGEST_DOWN_TIME)
        readings.append(valid)
    return {"readings": readings}


def valid_query(query: dict[str, Any]) -> dict[str, Any]:
    """A generated query with its times in the last days and in order, no made-up cursor, and the present versions."""
    newest = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    kept = {name: value for name, value in query.items() if name not in ("cursor", "as_known_at")}
    for name, hours in (("from", 40), ("to", 3)):
        if name in kept:
            kept[name] = (newest - timedelta(hours=hours + len(str(kept[name])) % 9)).isoformat().replace("+00:00", "Z")
    return kept


def _start(reading: Reading) -> datetime:
    return _instant(reading["interval_start"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _values(reading: Reading) -> tuple[Any, ...]:
    kept = (_kept(reading.get(name), DECIMALS.get(name)) for name in ("consumption_kwh", *OPTIONAL))
    return (*kept, reading["quality"] or QUALITY)


def _kept(value: Any, decimals: int | None) -> Any:
    """Returns a number with the decimals that are kept, rounded half to even. `decimals` of None keeps all."""
    return value if value is None or decimals is None else float(round(Decimal(repr(value)), decimals))
