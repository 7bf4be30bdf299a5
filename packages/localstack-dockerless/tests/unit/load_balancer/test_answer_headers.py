"""A listener's attributes set headers of every answer."""

from localstack_dockerless.services.elbv2.load_balancer.answer_headers import SERVER, SERVER_ATTRIBUTE, changed
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer

ANSWER = Answer(200, "OK", [("Server", SERVER), ("X-Frame-Options", "DENY"), ("X", "1")], b"")


def test_an_attribute_replaces_the_targets_header() -> None:
    attributes = {"routing.http.response.x_frame_options.header_value": "SAMEORIGIN"}
    assert changed(ANSWER, attributes).headers == [("Server", SERVER), ("X", "1"), ("X-Frame-Options", "SAMEORIGIN")]


def test_the_servers_name_can_be_left_out() -> None:
    assert changed(ANSWER, {SERVER_ATTRIBUTE: "false"}).headers == [("X-Frame-Options", "DENY"), ("X", "1")]
    assert changed(ANSWER, {SERVER_ATTRIBUTE: "true"}) == ANSWER
