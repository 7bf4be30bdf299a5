"""Lists the shards whose alarms a run has to keep: the items of the distributed Map over the alarms.

An item names the parts of the shard's findings and customers, and the former parts to compare with. So a step reads no
record of a publication, which has a line for each shard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from domain.object_keys import alarm_shards_key
from domain.publications import Part, Publication, part_of
from domain.shards import Shard
from lambdas.publisher.kept_record import read_kept, write_kept
from lambdas.runtime.json_objects import put_json
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class InvalidKeepTaskError(ValueError):
    """The input of the action `keep` does not have an item of the list."""


@dataclass(frozen=True)
class KeepTask:
    """A shard whose alarms are kept to a publication.

    `former` has the findings parts of each publication to which its alarms may be kept. No part means that no alarm may
    be there yet. `runs` has the runs whose changes count.
    """

    shard: Shard
    publication: int
    findings: Part
    customers: Part
    former: tuple[tuple[Part, ...], ...]
    runs: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """Returns the item of the list."""
        return {
            "number": self.shard.number,
            "shard": self.shard.as_json(),
            "publication": self.publication,
            "findings": asdict(self.findings),
            "customers": asdict(self.customers),
            "former": [[asdict(part) for part in parts] for parts in self.former],
            "runs": sorted(self.runs),
        }

    @classmethod
    def of_json(cls, value: object) -> "KeepTask":
        """Reads an item. Raises `InvalidKeepTaskError`."""
        try:
            if not isinstance(value, Mapping):
                raise TypeError("no object")
            return cls(
                Shard.from_json(value["shard"]),
                int(value["publication"]),
                part_of(value["findings"]),
                part_of(value["customers"]),
                tuple(tuple(map(part_of, parts)) for parts in value["former"]),
                frozenset(map(str, value["runs"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidKeepTaskError(repr(error)) from error


def plan_keeping(s3: "S3Client", bucket: str, publication: Publication, run: str) -> int:
    """Notes that the run keeps the alarms of the day, and stores the list of the shards. Returns their number.

    The list is empty where the alarms are kept already. Raises `KeptRecordError`, `ObjectMissingError` and
    `InvalidPublicationError`.
    """
    kept = read_kept(s3, bucket, publication.date)
    tasks: list[KeepTask] = []
    if not kept.is_kept_to(publication.number):
        publications = Publications(s3, bucket)
        former = [
            publication if number == publication.number else publications.read(publication.date, number)
            for number in kept.bases()
        ]
        kept = kept.trying(publication.number, run)
        write_kept(s3, bucket, publication.date, kept)
        tasks = _tasks(publication, former, kept.publication == 0, kept.runs())
    put_json(s3, bucket, alarm_shards_key(publication.date, run), [task.as_json() for task in tasks])
    return len(tasks)


def _tasks(
    publication: Publication, former: Sequence[Publication], from_nothing: bool, runs: frozenset[str]
) -> list[KeepTask]:
    has_new_boundaries = any(each.boundaries != publication.boundaries for each in former)
    tasks = []
    for shard, there in zip(publication.ranges(), publication.shards, strict=True):
        bases: set[tuple[Part, ...]] = {_overlapping(each, shard, publication) for each in former}
        bases |= {()} if from_nothing else set()
        different = tuple(sorted(bases - {(there.findings,)}, key=str))
        # With new boundaries the rows of alarms are deleted (`seal_parts`). So each shard writes its own.
        if (different or has_new_boundaries) and any(part.rows for part in (there.findings, *chain(*different))):
            tasks.append(KeepTask(shard, publication.number, there.findings, there.customers, different, runs))
    return tasks


def _overlapping(former: Publication, shard: Shard, publication: Publication) -> tuple[Part, ...]:
    """Returns the former findings parts that can have numbers of the shard."""
    if former.boundaries == publication.boundaries:
        return (former.shards[shard.number].findings,)
    return tuple(
        each.findings
        for its, each in zip(former.ranges(), former.shards, strict=True)
        if its.first < shard.end and shard.first < its.end
    )
