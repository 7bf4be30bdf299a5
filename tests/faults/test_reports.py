"""The report and the mail of a run: a crash between them, and a report that cannot be made."""

from typing import Any

from dockerless_testing.waiting import wait_until
from domain.object_keys import kept_key, report_key
from operations.mailbox import Email
from tests.e2e.pipeline import Pipeline
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions, Run
from tests.faults.injected import Faults
from tests.faults.processes import embedded_alone

IN_THE_MIDDLE = 60
HELD_SECONDS = 8


def report_versions(pipeline: Pipeline, sent: SentDay) -> list[dict[str, Any]]:
    answer = pipeline.stack.client("s3").list_object_versions(Bucket=pipeline.enriched, Prefix=report_key(sent.day, 1))
    return list(answer.get("Versions", []))


def mails(pipeline: Pipeline, sent: SentDay) -> list[Email]:
    return [mail for mail in pipeline.emails(str(sent.day)) if mail.subject.startswith("Alarms of ")]


def test_a_crash_between_the_report_and_the_mail_leaves_one_of_each(
    pipeline: Pipeline, functions: Functions, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    embedded_alone(pipeline.stack)
    kept = {"Bucket": "-enriched-", "Key": f"^{kept_key(sent.day)}$"}  # read when the alarms are planned, then here
    with faults.planned("s3", "GetObject", after=1, calls=1, seconds=HELD_SECONDS, parameters=kept) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "the publisher before its mail")
        assert len(report_versions(pipeline, sent)) == 1
        assert functions.kill("publisher") >= 1
        run.succeeded()
    (attempt,) = run.failed_attempts()
    assert attempt.error == "Runtime.ExitError"
    assert len(report_versions(pipeline, sent)) == 1
    (mail,) = mails(pipeline, sent)
    assert report_key(sent.day, 1) in mail.body
    found = sent.check(pipeline)
    findings.note(
        "The publisher killed between the report and the mail", "1 run", "1 SUCCEEDED",
        f"1 attempt: {attempt.error}", f"1 version of the report, and the mail names it; {found}",
    )  # fmt: skip


def test_a_report_that_cannot_be_made_stops_neither_the_run_nor_the_mail(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    refused = {"code": "AccessDenied", "status": 403, "parameters": {"Key": f"^reports/date={sent.day}/"}}
    with faults.planned("s3", "PutObject", calls=100, **refused) as planned:
        Run(pipeline, str(sent.day)).succeeded()
        attempts = planned.hit
    assert report_versions(pipeline, sent) == []
    (mail,) = mails(pipeline, sent)
    assert "The report could not be made: ClientError." in mail.body
    assert "s3://" not in mail.body
    Run(pipeline, str(sent.day)).succeeded()
    assert len(report_versions(pipeline, sent)) == 1
    found = sent.check(pipeline)
    findings.note(
        "A report that cannot be made; a later run of the date", "2 runs", "2 SUCCEEDED",
        f"{attempts} attempts of the reporter", f"the mail says so, and the later run makes the report; {found}",
    )  # fmt: skip
