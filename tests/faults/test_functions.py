"""A function of the pipeline dies, hangs, runs out of memory or of disk, or fails for good."""

from datetime import date
from pathlib import Path

from dockerless_testing.waiting import wait_until
from tests.e2e.pipeline import Pipeline
from tests.faults.conditions import Conditions
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions, Run
from tests.faults.injected import Faults
from tests.faults.processes import embedded_alone

IN_THE_MIDDLE = 60
HELD_SECONDS = 8


def part_of(day: date) -> dict[str, str]:
    """The parameters of a call that writes a part of the day."""
    return {"Bucket": "-exported-", "Key": f"^readings/date={day}/"}


def test_a_function_killed_in_the_middle_is_tried_again_and_the_run_completes(
    pipeline: Pipeline, functions: Functions, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    embedded_alone(pipeline.stack)
    with faults.planned("s3", "PutObject", calls=1, seconds=HELD_SECONDS, parameters=part_of(sent.day)) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "the exporter in the middle of its work")
        killed = functions.kill("exporter")
        run.succeeded()
    attempts = run.failed_attempts()  # a killed process that was idle has none
    assert {attempt.error for attempt in attempts} == {"Runtime.ExitError"}
    assert len(attempts) <= killed
    found = sent.check(pipeline)
    failed = f"{len(attempts)} attempts: Runtime.ExitError"
    findings.note("The exporter killed in the middle", "1 run", "1 SUCCEEDED", failed, found)


def test_a_function_that_times_out_is_tried_again_and_the_run_completes(
    pipeline: Pipeline, functions: Functions, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    with (
        functions.set_to("exporter", Timeout=4),
        faults.planned("s3", "PutObject", calls=1, seconds=HELD_SECONDS, parameters=part_of(sent.day)),
    ):
        run = Run(pipeline, str(sent.day))
        run.succeeded()
    attempts = run.failed_attempts()  # on a busy machine a cold start takes longer than the timeout too
    assert {attempt.error for attempt in attempts} == {"Sandbox.Timedout"}
    found = sent.check(pipeline)
    failed = f"{len(attempts)} attempts: Sandbox.Timedout"
    findings.note("The exporter timed out", "1 run", "1 SUCCEEDED", failed, found)


def test_a_function_out_of_memory_is_tried_again_and_the_run_completes(
    pipeline: Pipeline, functions: Functions, sent: SentDay, tmp_path: Path, findings: Findings
) -> None:
    embedded_alone(pipeline.stack)
    with functions.with_too_little_memory("enricher", tmp_path) as end_need:
        run = Run(pipeline, str(sent.day))
        wait_until(run.failed_attempts, IN_THE_MIDDLE, "an attempt that has too little memory")
        end_need()
        run.succeeded()
    attempts = run.failed_attempts()
    assert {attempt.error for attempt in attempts} == {"Runtime.OutOfMemory"}
    found = sent.check(pipeline)
    failed = f"{len(attempts)} attempts: Runtime.OutOfMemory"
    findings.note("The enricher out of memory, then with enough", "1 run", "1 SUCCEEDED", failed, found)


def test_a_function_that_fails_its_first_two_attempts_is_tried_a_third_time(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    refused = {"code": "AccessDenied", "status": 403, "parameters": {"Key": f"^readings/date={sent.day}/"}}
    with faults.planned("s3", "PutObject", calls=2, **refused) as planned:
        run = Run(pipeline, str(sent.day))
        run.succeeded()
        assert planned.hit == 2
    assert len(run.failed_attempts()) == 2
    found = sent.check(pipeline)
    findings.note("The exporter fails its first two attempts", "1 run", "1 SUCCEEDED", "2 attempts", found)


def test_a_full_disk_is_a_clear_failure_and_the_run_completes_when_there_is_room(
    pipeline: Pipeline, functions: Functions, sent: SentDay, findings: Findings
) -> None:
    embedded_alone(pipeline.stack)
    Run(pipeline, str(sent.day)).succeeded()  # so that runtimes of the exporter live
    with functions.disk_of("exporter", size=1_000):
        run = Run(pipeline, str(sent.day))
        wait_until(run.failed_attempts, IN_THE_MIDDLE, "an attempt without room on the disk")
    run.succeeded()
    attempts = run.failed_attempts()
    assert all("File too large" in attempt.cause for attempt in attempts), attempts
    found = sent.check(pipeline)
    findings.note("The disk full under the exporter", "1 run", "1 SUCCEEDED", f"{len(attempts)} attempts", found)


def test_a_run_that_fails_for_good_is_told_and_a_later_run_completes_the_day(
    pipeline: Pipeline, conditions: Conditions, findings: Findings
) -> None:
    execution = conditions.doomed.ended()
    assert (execution.status, execution.error) == ("FAILED", "ClientError")
    attempts = conditions.doomed.failed_attempts()
    name = execution.arn.rpartition(":")[2]
    (mail,) = wait_until(lambda: pipeline.emails(name), 30, "the e-mail about the failure")
    assert "AccessDenied" in mail.body
    conditions.end_of_doom()
    Run(pipeline, str(conditions.doomed_day.day)).succeeded()
    found = conditions.doomed_day.check(pipeline)
    findings.note(
        "A function that fails for good; a later run of the date",
        "2 runs",
        "1 SUCCEEDED",
        f"1 FAILED after {len(attempts)} attempts, 1 e-mail",
        found,
    )
