"""A release of the service whose tasks do not come up fails the apply, and customers notice nothing."""

from collections.abc import Iterator

import pytest

from local.launcher import terraform
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers

NO_SUCH_ZONE = "-var=time_zone=Nowhere/City"
"""Terraform takes this value, because only the tz database knows better. The service refuses it at its start."""


def release(stack: RunningStack, *values: str) -> None:
    """Applies the service and everything before it. Raises `TerraformError` with Terraform's message."""
    arguments = ("apply", "-input=false", "-auto-approve", "-no-color", "-target=module.service")
    terraform.run(stack.settings, *arguments, *terraform.variables(stack.settings), *values)


@pytest.fixture
def repaired(stack: RunningStack) -> Iterator[None]:
    """Applies the right values afterwards."""
    yield
    release(stack)


@pytest.mark.usefixtures("repaired")
def test_a_version_that_does_not_come_up_fails_the_apply_and_the_version_before_serves(
    stack: RunningStack, api: ApiClient, customers: Customers
) -> None:
    customer, ecs = customers.create(), stack.client("ecs")
    where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
    before = ecs.describe_services(**where)["services"][0]["taskDefinition"]
    with pytest.raises(terraform.TerraformError, match="The new version of the service did not come up"):
        release(stack, NO_SUCH_ZONE)
    (service,) = ecs.describe_services(**where)["services"]
    assert service["taskDefinition"] == before
    assert ecs.describe_task_definition(taskDefinition=before)["taskDefinition"]["status"] == "ACTIVE"
    assert service["runningCount"] == service["desiredCount"] == 2
    assert api.readings(customer.number, customer.key).status == 200
