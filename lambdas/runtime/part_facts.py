"""The steps say what they stored for a shard in small objects. The publisher makes the record of them.

So neither the state of a run nor the memory of a step grows with the number of shards.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.object_keys import facts_key, object_uri
from domain.publications import Part, as_json, part_of
from domain.shard_tasks import ShardTask
from lambdas.runtime.json_objects import get_json, put_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class PartFactsError(Exception):
    """An object does not have the form of facts. The text names it."""


@dataclass(frozen=True)
class Facts:
    """The parts that a step stored, by their kind, and what else it says."""

    parts: dict[str, Part]
    about: dict[str, Any]


def write_facts(s3: "S3Client", bucket: str, task: ShardTask, step: str, facts: Facts) -> None:
    """Writes the facts of a step about the task's shard."""
    parts = {kind: as_json(part) for kind, part in facts.parts.items()}
    key = facts_key(task.date, task.run, step, task.shard.number)
    put_json(s3, bucket, key, {"parts": parts, "about": facts.about})


def read_facts(s3: "S3Client", bucket: str, key: str) -> Facts:
    """Reads the facts at a key (`facts_key`). Raises `ObjectMissingError` and `PartFactsError`."""
    try:
        found = get_json(s3, bucket, key)
        return Facts({kind: part_of(part) for kind, part in found["parts"].items()}, found["about"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PartFactsError(f"{object_uri(bucket, key)}: {error!r}") from error
