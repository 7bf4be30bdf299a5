"""Days before a scheduled run that no run has completed: the stack was down at the hour, or the run failed."""

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

Each daily run tells of them again until they are complete, for {look_back} days.
"""
# https://docs.aws.amazon.com/cli/latest/reference/stepfunctions/start-execution.html
COMMAND = """\
aws stepfunctions start-execution --state-machine-arn {state_machine} --input '{{"date": "{day}"}}'"""


def is_scheduled(pipeline_input: object) -> bool:
    """Whether the daily rule started the run; one that is run by hand looks at its own day alone.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    """
    return isinstance(pipeline_input, Mapping) and pipeline_input.get("detail-type") == "Scheduled Event"


def is_completed(s3: "S3Client", bucket: str, day: date) -> bool:
    """Whether a run has completed the day: the record of it is what a run writes last.

    Which alarm types there are does not matter, so a new one leaves earlier days as complete as they were.
    """
    key = completed_key(day)
    return key in keys(s3, bucket, key) or _is_completed_without_record(s3, bucket, day)


def _is_completed_without_record(s3: "S3Client", bucket: str, day: date) -> bool:
    """Whether the day was completed by a version that wrote no record.

    That version wrote a list of each of three alarm types last, and had its parts at another prefix. Where a part is at
    today's prefix, a later run has begun, and its record decides. This can go `LOOK_BACK_DAYS` after the first run of
    this version.
    """
    lists = {f"{alarm_lists_prefix(day)}{error_type}.json" for error_type in ("MCD", "ICD", "MNP")}
    return lists <= set(keys(s3, bucket, alarm_lists_prefix(day))) and not keys(s3, bucket, day_prefix(day))


def missed_days(day: date, completed: Callable[[date], bool]) -> list[date]:
    """The days before `day` that are not completed, since the first one that is.

    Before that, nothing is known to have been due: the system is new, or nobody ran it for 14 days.
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
