"""Applies the present patterns and schedules of EventBridge rules."""

import re
from collections.abc import Callable
from typing import Any

from localstack.services.events.scheduler import JobScheduler
from localstack.utils.strings import long_uid
from localstack.utils.time import TIMESTAMP_FORMAT_TZ, timestamp
from localstack.utils.xray.trace_header import TraceHeader

DISABLED = "DISABLED"
_jobs: dict[str, str] = {}
"""Maps the rule's ARN to the id of its one job."""


def replace_job(rule_arn: str, schedule: str, run: Callable[..., None]) -> str:
    """Cancels the rule's job and adds one that calls `run` by `schedule`. Returns the new job's id."""
    scheduler = JobScheduler.instance()
    if earlier := _jobs.get(rule_arn):
        scheduler.cancel_job(earlier)
    _jobs[rule_arn] = scheduler.add_job(run, schedule, True)
    return _jobs[rule_arn]


def matches_wildcard(condition: str, value: Any) -> bool:
    """Matches wildcards: a `*` is any characters or none, and a backslash escapes the next character.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
    """
    parts = re.findall(r"\\(.)|([^\\])", condition, re.DOTALL)
    expression = "".join(".*" if plain == "*" else re.escape(escaped or plain) for escaped, plain in parts)
    return isinstance(value, str) and re.fullmatch(expression, value, re.DOTALL) is not None


def scheduled_event(rule_arn: str, account_id: str, region: str) -> dict[str, Any]:
    """Returns the event of a scheduled rule.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    """
    return {
        "version": "0",
        "id": long_uid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account_id,
        "time": timestamp(format=TIMESTAMP_FORMAT_TZ),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }


def send(senders: dict[str, Any], rule: Any, event: dict[str, Any]) -> None:
    """Sends `event` to each target of `rule`. `senders` are LocalStack's, by the rule's ARN and the target's id."""
    for target in list(rule.targets.values()):
        sender = senders.get(f"{rule.arn}-{target['Id']}")
        if sender is not None:  # it was removed meanwhile
            sender.process_event(dict(event), trace_header=TraceHeader().ensure_root_exists())
