"""A failed step ends the rehearsal, says why, and the clean-up still runs."""

import pytest

from local.rehearsal.inventory import inventory
from local.rehearsal.step_report import Step, StepError, StepReport
from local.rehearsal.traffic import Answers


def failing() -> str:
    raise StepError("the plan is not empty")


def broken() -> str:
    raise KeyError("api_url")


def test_every_step_has_a_line_with_its_time_and_what_it_saw() -> None:
    told: list[str] = []
    report = StepReport(told.append)
    assert report.run([Step("apply", lambda: "203 resources"), Step("plan", lambda: "no changes")])
    assert [line.split("s  ")[-1] for line in report.lines] == ["apply: 203 resources", "plan: no changes"]
    assert told[-2:] == report.lines


@pytest.mark.parametrize(("work", "why"), [(failing, "the plan is not empty"), (broken, "KeyError: 'api_url'")])
def test_after_a_failure_only_the_clean_up_runs(work, why) -> None:
    done: list[str] = []

    def clean() -> str:
        done.append("clean")
        return "nothing left"

    def never() -> str:
        raise AssertionError("it must not run")

    told: list[str] = []
    report = StepReport(told.append)
    steps = [Step("apply", work), Step("plan", never), Step("clean-up", clean, cleanup=True)]
    assert not report.run(steps)
    assert done == ["clean"]
    assert "FAILED" in report.lines[0]
    assert report.lines[0].endswith(f"apply: {why}")
    assert "not run" in report.lines[1]
    assert "passed" in report.lines[2]


def test_a_failed_clean_up_fails_the_rehearsal() -> None:
    assert not StepReport(lambda _: None).run([Step("clean-up", failing, cleanup=True)])


@pytest.mark.parametrize("answers", [["200", "503"], ["200", "ReadTimeout"], []])
def test_a_request_that_failed_under_load_is_an_error(answers: list[str]) -> None:
    found = Answers()
    for each in answers:
        found.note(each)
    with pytest.raises(StepError, match="requests under load some failed"):
        found.require_success()


def test_load_without_a_failure_is_counted() -> None:
    found = Answers()
    found.note("200")
    assert found.require_success() == "1 requests, none failed"


class FakeClient:
    """A service without pages whose every list has one entry."""

    def __init__(self, service: str) -> None:
        self.service = service

    def can_paginate(self, _: str) -> bool:
        return False

    def __getattr__(self, operation: str):
        return lambda **_: ANSWERS.get((self.service, operation), {})


ANSWERS = {
    ("s3", "list_buckets"): {"Buckets": [{"Name": "energy-exported"}]},
    ("sqs", "list_queues"): {"QueueUrls": ["http://one/queue"]},
    ("ec2", "describe_nat_gateways"): {
        "NatGateways": [{"NatGatewayId": "nat-1", "State": "available"}, {"NatGatewayId": "nat-2", "State": "deleted"}]
    },
    ("ec2", "describe_vpc_endpoints"): {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "State": "deleted"}]},
    ("ecs", "list_clusters"): {"clusterArns": ["arn:cluster"]},
    ("ecs", "describe_clusters"): {"clusters": [{"status": "INACTIVE"}]},
    ("ecs", "list_task_definitions"): {"taskDefinitionArns": ["arn:task-definition"]},
    ("kms", "list_keys"): {"Keys": [{"KeyId": "key-1"}]},
    ("kms", "describe_key"): {"KeyMetadata": {"KeyState": "PendingDeletion"}},
}


def test_the_inventory_has_what_lives_and_not_what_is_ended() -> None:
    assert inventory(FakeClient) == {
        "s3 energy-exported",
        "sqs http://one/queue",
        "ec2 nat-1",
        "ecs arn:task-definition",
    }
