"""Finds the days before a scheduled run that no run has completed, because the stack was down or the run failed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.object_keys import alarm_lists_prefix, completed_key, day_prefix
from lambdas.runtime.day_objects import keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOOK_BACK_DAYS = 14
SUBJECT = "Days without a completed run: {count}"
MESSAGE = """\
No run of the pipeline has completed these days:

{days}

Run them in their order, each after the one before it has ended:

{commands}

Each daily run reports them again until they are complete, for {look_back} days.
"""
# https://docs.aws.amazon.com/cli/latest/reference/stepfunctions/start-execution.html
COMMAND = """\
aws stepfunctions start-execution --state-machine-arn {state_machine} --input '{{"date": "{day}"}}'"""


def is_scheduled(pipeline_input: object) -> bool:
    """Returns whether the daily rule started the run. A run that a person started looks at its own day only.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    """
    return isinstance(pipeline_input, Mapping) and pipeline_input.get("detail-type") == "Scheduled Event"


def is_completed(s3: "S3Client", bucket: str, day: date) -> bool:
    """Returns whether a run has completed the day. A run writes the record of it last.

    The record does not depend on the alarm types. So a new type does not make earlier days incomplete.
    """
    key = completed_key(day)
    return key in keys(s3, bucket, key) or _is_completed_without_record(s3, bucket, day)


def _is_completed_without_record(s3: "S3Client", bucket: str, day: date) -> bool:
    """Returns whether a version that wrote no record has completed the day.

    That version wrote a list for each of 3 alarm types last, and its parts had another prefix. Where a part has the
    prefix of today, a later run has begun, and its record decides. This function can be deleted `LOOK_BACK_DAYS` after
    the first run of this version.
    """
    lists = {f"{alarm_lists_prefix(day)}{error_type}.json" for error_type in ("MCD", "ICD", "MNP")}
    return lists <= set(keys(s3, bucket, alarm_lists_prefix(day))) and not keys(s3, bucket, day_prefix(day))


def missed_days(day: date, completed: Callable[[date], bool]) -> list[date]:
    """Returns the days before `day` that are not completed, beginning after the first completed day.

    Before the first completed day, no day is known to have been due. The system may be new, or unused for 14 days.
    """
    before = [day - timedelta(days=back) for back in range(LOOK_BACK_DAYS, 0, -1)]
    states = [(each, completed(each)) for each in before]
    first = next((index for index, (_, is_done) in enumerate(states) if is_done), len(states))
    return [each for each, is_done in states[first:] if not is_done]


def notice(days: list[date], run: str) -> dict[str, Any]:
    """Returns the administrator's notice: `{"days": [...], "subject", "message"}`. `run` is this execution's ARN."""
    if not days:
        return {"days": []}
    listed = [day.isoformat() for day in days]
    commands = [COMMAND.format(state_machine=_state_machine(run), day=day) for day in listed]
    message = MESSAGE.format(days="\n".join(listed), commands="\n".join(commands), look_back=LOOK_BACK_DAYS)
    return {"days": listed, "subject": SUBJECT.format(count=len(days)), "message": message}


def _state_machine(run: str) -> str:
    """The ARN of the state machine that `run` is an execution of.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    """
    return run.replace(":execution:", ":stateMachine:", 1).rpartition(":")[0]
