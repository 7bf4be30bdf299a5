"""A publication is one state of a day's objects. Its record names the version and the hash of each of its parts.

A record is JSON. Each shard is one line, so that two records can be compared with line tools.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.days import format_instant, parse_instant
from domain.pipeline_dates import parse_date
from domain.shards import Shard, shards_between

EXPORTED, ENRICHED, CUSTOMERS, FINDINGS, DAYS = "exported", "enriched", "customers", "findings", "days"
"""The parts that each shard of a publication has. The exported part is in the exported bucket."""


class InvalidPublicationError(ValueError):
    """A text is no record of a publication, or no facts of a part. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a publication: an S3 version with its hash, and what is in it."""

    key: str
    version_id: str
    sha256: str
    """In hexadecimal digits."""
    rows: int
    metering_points: int
    kwh: str
    """The sum of the rows' consumption, exact. A part of customers or of findings has `0.000000`."""
    written_by: str
    """The program whose version decides the bytes, for example `duckdb 1.5.6`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a part changes against the publication before."""

    metering_points: int
    intervals: int
    kwh_before: str
    kwh_after: str


@dataclass(frozen=True, slots=True)
class FormerParts:
    """The parts of a shard in the publication before. A catch-up takes its customers, and each run compares with it."""

    exported: Part
    customers: Part


@dataclass(frozen=True, slots=True)
class PublishedShard:
    """The parts of one shard. `difference` is None where the shard did not change, or cannot be compared."""

    number: int
    exported: Part
    enriched: Part
    customers: Part
    findings: Part
    days: Part
    rows_without_customer: int
    difference: Difference | None = None
    judged_against: Mapping[str, int] = field(default_factory=dict)
    """The number of the publication of each earlier date (`YYYY-MM-DD`) against which the shard was judged."""
    estimated: int = 0
    """The number of rows of the enriched part that are estimates for intervals without a reading."""

    def parts(self) -> dict[str, Part]:
        """Returns the parts by their kind."""
        return {
            EXPORTED: self.exported,
            ENRICHED: self.enriched,
            CUSTOMERS: self.customers,
            FINDINGS: self.findings,
            DAYS: self.days,
        }

    def with_parts(self, parts: Mapping[str, Part]) -> "PublishedShard":
        """Returns the shard with other parts, as `parts` gives them."""
        return replace(
            self,
            exported=parts[EXPORTED],
            enriched=parts[ENRICHED],
            customers=parts[CUSTOMERS],
            findings=parts[FINDINGS],
            days=parts[DAYS],
        )

    def former(self) -> "FormerParts":
        """Returns what the next run of the shard needs."""
        return FormerParts(self.exported, self.customers)

    def is_same_as(self, other: "PublishedShard") -> bool:
        """Returns whether both name the same versions of the same bytes, whatever they were judged against."""
        return self.parts() == other.parts()


@dataclass(frozen=True, slots=True)
class Change:
    """What a publication changes against the one before. The 3 counts are None where the boundaries changed."""

    against: int
    parts: int
    metering_points: int | None
    intervals: int | None
    kwh_before: str
    kwh_after: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication of a day. `as_known_at` is the instant whose knowledge its readings are."""

    date: date
    number: int
    run: str
    code: str
    rules: str
    as_known_at: datetime
    published_at: datetime
    least_shards: int
    boundaries: tuple[str, ...]
    shards: tuple[PublishedShard, ...]
    change: Change | None = None

    @property
    def rows(self) -> int:
        """The number of readings."""
        return sum(shard.exported.rows for shard in self.shards)

    @property
    def metering_points(self) -> int:
        """The number of metering points with readings."""
        return sum(shard.exported.metering_points for shard in self.shards)

    @property
    def kwh(self) -> str:
        """The day's consumption, exact."""
        return total(shard.exported.kwh for shard in self.shards)

    def ranges(self) -> list[Shard]:
        """Returns the ranges of the shards."""
        return shards_between(self.boundaries)

    def is_same_as(self, other: "Publication") -> bool:
        """Returns whether both consist of the same versions of the same parts."""
        return self.boundaries == other.boundaries and all(
            mine.is_same_as(its) for mine, its in zip(self.shards, other.shards, strict=True)
        )

    def compared_with(self, former: "Publication") -> "Publication":
        """Returns this publication with its change against the former one."""
        same_boundaries = self.boundaries == former.boundaries
        differences = [shard.difference for shard in self.shards if shard.difference]
        changed = (
            sum(not mine.is_same_as(its) for mine, its in zip(self.shards, former.shards, strict=True))
            if same_boundaries
            else len(self.shards)
        )
        change = Change(
            against=former.number,
            parts=changed,
            metering_points=sum(each.metering_points for each in differences) if same_boundaries else None,
            intervals=sum(each.intervals for each in differences) if same_boundaries else None,
            kwh_before=former.kwh,
            kwh_after=self.kwh,
        )
        return replace(self, change=change)


def total(amounts: Iterable[str]) -> str:
    """Returns the exact sum of amounts in kWh. `Decimal` has enough digits for 10^22 kWh."""
    return f"{sum(map(Decimal, amounts), Decimal(0)):f}"


def write_publication(publication: Publication) -> str:
    """Returns the record's text."""
    histories: dict[str, int] = {}
    lines = ",\n".join(json.dumps(_shard_line(shard, histories)) for shard in publication.shards)
    head = {
        "date": publication.date.isoformat(),
        "number": publication.number,
        "run": publication.run,
        "code": publication.code,
        "rules": publication.rules,
        "as_known_at": format_instant(publication.as_known_at),
        "published_at": format_instant(publication.published_at),
        "rows": publication.rows,
        "metering_points": publication.metering_points,
        "kwh": publication.kwh,
        "change": asdict(publication.change) if publication.change else None,
        "least_shards": publication.least_shards,
        "boundaries": publication.boundaries,
        "histories": list(map(json.loads, histories)),
    }
    return f'{json.dumps(head, indent=1)[:-2]},\n "shards": [\n{lines}\n]}}\n'


def read_publication(text: str | bytes) -> Publication:
    """Reads the text of a record. Raises `InvalidPublicationError`."""
    try:
        record = json.loads(text)
        shards = tuple(_shard(line, record["histories"]) for line in record["shards"])
        publication = Publication(
            date=parse_date(record["date"]),
            number=int(record["number"]),
            run=str(record["run"]),
            code=str(record["code"]),
            rules=str(record["rules"]),
            as_known_at=parse_instant(record["as_known_at"]),
            published_at=parse_instant(record["published_at"]),
            least_shards=int(record["least_shards"]),
            boundaries=tuple(map(str, record["boundaries"])),
            shards=shards,
            change=Change(**record["change"]) if record["change"] else None,
        )
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InvalidPublicationError(repr(error)) from error
    if [shard.number for shard in shards] != list(range(len(publication.boundaries) + 1)):
        raise InvalidPublicationError("the shards are not those between the boundaries")
    return publication


def as_json(value: Part | Difference | FormerParts) -> dict[str, Any]:
    """Returns the JSON object of a part, a difference or the former parts."""
    return asdict(value)


def part_of(value: Mapping[str, Any]) -> Part:
    """Reads a part. Raises `TypeError` for anything else."""
    return Part(**value)


def former_of(value: Mapping[str, Any] | None) -> FormerParts | None:
    """Reads the former parts. Raises `KeyError` or `TypeError` for anything else."""
    return FormerParts(part_of(value[EXPORTED]), part_of(value[CUSTOMERS])) if value is not None else None


def difference_of(value: Mapping[str, Any] | None) -> Difference | None:
    """Reads a difference. Raises `TypeError` for anything else."""
    return Difference(**value) if value is not None else None


def _shard_line(shard: PublishedShard, histories: dict[str, int]) -> dict[str, Any]:
    """Returns a shard's JSON object. Most shards share what they were judged against, so they name it by a number.

    `histories` has each different text with its number. New ones are added.
    """
    line = asdict(shard)
    history = json.dumps(line.pop("judged_against"), sort_keys=True)
    return {**line, "history": histories.setdefault(history, len(histories))}


def _shard(value: Mapping[str, Any], histories: Sequence[Mapping[str, int]]) -> PublishedShard:
    return PublishedShard(
        number=int(value["number"]),
        exported=part_of(value[EXPORTED]),
        enriched=part_of(value[ENRICHED]),
        customers=part_of(value[CUSTOMERS]),
        findings=part_of(value[FINDINGS]),
        days=part_of(value[DAYS]),
        rows_without_customer=int(value["rows_without_customer"]),
        difference=difference_of(value["difference"]),
        judged_against=histories[int(value["history"])],
        estimated=int(value["estimated"]),
    )
