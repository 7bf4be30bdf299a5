"""A key that was used, and so is in the gateway's cache, is refused by the time that the operator was told."""

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.security.conftest import Revoked

SLACK_SECONDS = 120
"""For the test's own waits on a loaded machine."""


def test_a_revoked_key_is_refused_once_the_gateway_has_forgotten_it(stack: RunningStack, revoked: Revoked) -> None:
    """It was revoked when the suite began, so that there is little left to wait for."""
    api = ApiClient(stack.api_url)
    number, old, new = revoked.customer.number, revoked.customer.key, revoked.new_key
    seconds = stack.outputs["key_revocation_seconds"] + SLACK_SECONDS
    wait_until(lambda: api.readings(number, old).status == 403, seconds, "the revoked key's refusal", patience=1)
    assert api.readings(number, new).status == 200
    api.close()


def test_the_time_is_that_of_the_gateways_cache_and_one_decision(stack: RunningStack) -> None:
    gateway = stack.client("apigatewayv2")
    api_id = next(
        item["ApiId"] for item in gateway.get_apis()["Items"] if stack.api_url.startswith(item["ApiEndpoint"])
    )
    (authorizer,) = gateway.get_authorizers(ApiId=api_id)["Items"]
    arn = authorizer["AuthorizerUri"].split("/functions/")[1].removesuffix("/invocations")
    decision = stack.client("lambda").get_function_configuration(FunctionName=arn)["Timeout"]
    assert stack.outputs["key_revocation_seconds"] == authorizer["AuthorizerResultTtlInSeconds"] + decision
