"""A shard fails, S3 throttles the Map itself, and a run ends between the segments of the customers and the shards."""

import pytest

from dockerless_testing.waiting import wait_until
from tests.e2e.pipeline import Pipeline
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions, Run
from tests.faults.injected import Faults
from tests.faults.processes import embedded_alone

IN_THE_MIDDLE = 60
HELD_SECONDS = 8
REFUSED = {"code": "AccessDenied", "status": 403}


def test_a_shard_that_fails_for_good_fails_the_run_and_the_mail_has_its_error(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    second = {"Key": f"^readings/date={sent.day}/part-00001"}
    with faults.planned("s3", "PutObject", calls=1_000, parameters=second, **REFUSED):
        run = Run(pipeline, str(sent.day))
        execution = run.ended()
    assert (execution.status, execution.error) == ("FAILED", "ClientError")
    (mapped,) = run.map_runs()
    assert mapped["status"] == "FAILED"
    assert mapped["executionCounts"]["failed"] == 1
    (mail,) = wait_until(lambda: pipeline.emails(execution.arn.rpartition(":")[2]), 30, "the e-mail about the failure")
    assert "Shard 1: " in mail.body
    assert "AccessDenied" in mail.body
    assert sent.raised(pipeline) == {}, "a run that fails raises no alarm"
    Run(pipeline, str(sent.day)).succeeded()
    found = sent.check(pipeline)
    findings.note(
        "A shard that fails for good; a later run of the date",
        "2 runs", "1 SUCCEEDED", "1 FAILED, 1 shard's error in 1 e-mail", found,
    )  # fmt: skip


@pytest.mark.parametrize("call", ["GetObject of shards.json", "PutObject of manifest.json"])
def test_s3_throttles_the_map_itself(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings, call: str
) -> None:
    operation, _, key = call.split()
    slow = {"code": "SlowDown", "status": 503, "parameters": {"Key": rf"^work/{sent.day}/.*{key}$"}}
    with faults.planned("s3", operation, calls=1, **slow) as planned:
        run = Run(pipeline, str(sent.day))
        run.succeeded()
        assert planned.hit == 1
    assert [each["status"] for each in run.map_runs()][-1] == "SUCCEEDED"
    found = sent.check(pipeline)
    findings.note(f"S3 throttles the distributed Map ({call})", "1 run", "1 SUCCEEDED", "1 call", found)


def test_the_planner_killed_in_the_middle_of_a_scan_reads_the_segment_again(
    pipeline: Pipeline, functions: Functions, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    embedded_alone(pipeline.stack)
    report = {"Key": rf"^work/{sent.day}/.*\.report\.json$"}
    with faults.planned("s3", "PutObject", calls=1, seconds=HELD_SECONDS, parameters=report) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "the planner in the middle of a scan")
        assert functions.kill("planner") >= 1
        run.succeeded()
    assert {attempt.error for attempt in run.failed_attempts()} == {"Runtime.ExitError"}
    found = sent.check(pipeline)
    findings.note("The planner killed in the middle of a scan", "1 run", "1 SUCCEEDED", "1 attempt or 2", found)


def test_a_run_that_ends_between_the_segments_and_the_shards_leaves_the_day_to_the_next_one(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    plan = {"Key": rf"^work/{sent.day}/.*/shards\.json$"}
    with faults.planned("s3", "PutObject", calls=1, seconds=HELD_SECONDS, parameters=plan) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "the division of the day")
        run.stop()
        assert run.ended().status == "ABORTED"
    assert run.map_runs() == []
    Run(pipeline, str(sent.day)).succeeded()
    found = sent.check(pipeline)
    findings.note("A run stopped between the segments and the shards", "2 runs", "1 SUCCEEDED", "1 ABORTED", found)


def test_a_run_that_is_stopped_stops_its_shards(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    part = {"Bucket": "-exported-", "Key": f"^readings/date={sent.day}/"}
    with faults.planned("s3", "PutObject", calls=2, seconds=HELD_SECONDS, parameters=part) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "a shard in the middle of its export")
        run.stop()
        assert run.ended().status == "ABORTED"
    (mapped,) = run.map_runs()
    assert (mapped["status"], mapped["executionCounts"]["running"]) == ("ABORTED", 0)
    wait_until(lambda: {each["status"] for each in run.shards()} == {"ABORTED"}, 60, "the end of the shards")
    Run(pipeline, str(sent.day)).succeeded()
    found = sent.check(pipeline)
    findings.note("A run stopped while its shards run", "2 runs", "1 SUCCEEDED", "1 ABORTED with its shards", found)
