"""The answers of a shard's steps, which the shard's last step stores for the publisher.

A state of Step Functions has at most 256 KiB. So the answers of all shards go through objects, one for each shard, and
no state grows with the number of shards.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.object_keys import answers_key, shards_key
from domain.shard_tasks import ShardTask
from domain.shards import Shard
from lambdas.runtime.json_objects import get_json, put_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEPS = ("exported", "enriched")
_AT_ONCE = 8


class InvalidAnswersError(ValueError):
    """The input does not hold the answers of the steps before."""


def required_answers(event: object) -> Mapping[str, Any]:
    """Returns the `answers` of a step's input. Raises `InvalidAnswersError`."""
    answers = event.get("answers") if isinstance(event, Mapping) else None
    if not isinstance(answers, Mapping) or any(not isinstance(answers.get(step), Mapping) for step in STEPS):
        raise InvalidAnswersError(f'the input has no "answers" of {" and ".join(STEPS)}')
    return answers


def put_answers(s3: "S3Client", bucket: str, task: ShardTask, answers: Mapping[str, Any]) -> None:
    """Stores the answers of a shard's steps, with the shard's number."""
    key = answers_key(task.date, task.run, task.shard.number)
    put_json(s3, bucket, key, {"shard": task.shard.number, **answers})


def all_answers(s3: "S3Client", bucket: str, day: date, run: str) -> Sequence[Mapping[str, Any]]:
    """Returns the answers of each shard in the run's list of shards, in its order.

    Raises `ObjectMissingError`, `InvalidShardError`, and S3's own errors.
    """
    shards = map(Shard.from_json, get_json(s3, bucket, shards_key(day, run)))
    wanted = [answers_key(day, run, shard.number) for shard in shards]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(lambda key: get_json(s3, bucket, key), wanted))
