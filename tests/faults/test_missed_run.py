"""The daily run was missed: the next one notices, the administrator is told, and the gap is filled."""

import json
import shlex
import subprocess
from datetime import date, timedelta
from typing import Any

from dockerless_testing.waiting import wait_until
from local.commands.aws_environment import PROGRAMS
from local.launcher.guard import local_only
from local.launcher.settings import REPOSITORY
from local.observe.mailbox import Email
from local.observe.running import RunningStack
from tests.e2e.pipeline import Pipeline
from tests.faults.findings import Findings

BEFORE = date(2000, 6, 10)  # no other test has days within two weeks of it
MISSED = [BEFORE + timedelta(days=days) for days in (1, 2)]
NEXT, AFTER = (BEFORE + timedelta(days=days) for days in (3, 4))
SUBJECT = "Days without a completed run"


def test_days_without_a_run_are_told_of_the_next_day_and_filled_by_the_mail_s_commands(
    stack: RunningStack, pipeline: Pipeline, findings: Findings
) -> None:
    pipeline.used_days.update(str(day) for day in (BEFORE, *MISSED, NEXT, AFTER))
    pipeline.run_day(BEFORE)
    _run_by_the_rule(pipeline, NEXT)
    (mail,) = wait_until(lambda: _told(pipeline), 30, "the e-mail about the missed days")
    assert [day for day in (BEFORE, *MISSED, NEXT) if str(day) in mail.body] == MISSED
    commands = [line for line in mail.body.splitlines() if line.startswith("aws ")]
    assert [json.loads(shlex.split(command)[-1])["date"] for command in commands] == [str(day) for day in MISSED]
    for command in commands:
        _paste(stack, pipeline, command)
    for day in MISSED:
        assert pipeline.alarm_list(day, "MCD"), f"{day} has no alarms although nobody sent anything"
    _run_by_the_rule(pipeline, AFTER)
    assert len(_told(pipeline)) == 1, "told again of days that are complete"
    findings.note(
        "The daily run missed on two days",
        "2 scheduled runs, 2 missed",
        "2 SUCCEEDED",
        "none",
        "1 e-mail with both days; after its commands both are complete, and no run reports them",
    )


def _run_by_the_rule(pipeline: Pipeline, day: date) -> None:
    """As the daily rule starts it, in the night after the day."""
    event: dict[str, Any] = {
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": f"{day + timedelta(days=1)}T01:15:00Z",
        "detail": {},
    }
    execution = pipeline.run(event)
    assert (execution.status, execution.output["date"]) == ("SUCCEEDED", str(day))


def _told(pipeline: Pipeline) -> list[Email]:
    return [email for email in pipeline.emails(str(MISSED[0])) if SUBJECT in email.subject]


def _paste(stack: RunningStack, pipeline: Pipeline, command: str) -> None:
    """As in `make shell`: the AWS command line on this stack."""
    words = [str(PROGRAMS / "awslocal"), *shlex.split(command)[1:]]
    environment = local_only(stack.edge_url) | {"STACK": stack.name}
    done = subprocess.run(words, cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pipeline.ended(json.loads(done.stdout)["executionArn"]).status == "SUCCEEDED"
