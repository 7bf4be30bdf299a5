"""The load balancer's cookies keep a client at its target and its target group."""

from localstack_dockerless.services.elbv2.load_balancer import stickiness
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

ONE, TWO = Address("127.0.0.1", 8001), Address("127.0.0.1", 8002)
ANSWER = Answer(200, "OK", [], b"")
ACTION = {
    "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": "a"}, {"TargetGroupArn": "b"}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    }
}


def sent_back(answer: Answer) -> dict[str, str]:
    """Returns the cookies that a client sends after `answer`."""
    return stickiness.cookies(("Cookie", value.partition(";")[0]) for name, value in answer.headers)


def test_a_client_comes_back_to_its_healthy_target() -> None:
    answer = stickiness.with_target(ANSWER, "g", 60, TWO)
    cookies = sent_back(answer)
    assert set(cookies) == {"AWSALB", "AWSALBCORS"}
    assert "8002" not in str(answer.headers)
    assert stickiness.target_of("g", 60, [ONE, TWO], cookies) == TWO
    assert stickiness.target_of("g", 60, [ONE], cookies) is None
    assert stickiness.target_of("other", 60, [ONE, TWO], cookies) is None


def test_a_group_without_stickiness_sets_no_cookie() -> None:
    assert stickiness.with_target(ANSWER, "g", None, TWO) == ANSWER
    sent = sent_back(stickiness.with_target(ANSWER, "g", 60, TWO))
    assert stickiness.target_of("g", None, [TWO], sent) is None


def test_a_client_comes_back_to_its_target_group() -> None:
    cookies = sent_back(stickiness.with_group(ANSWER, ACTION, "b"))
    assert stickiness.group_of(ACTION, cookies) == "b"
    assert stickiness.group_of({"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "b"}]}}, cookies) is None
    assert stickiness.group_of(ACTION, {"AWSALBTG": "forged"}) is None
