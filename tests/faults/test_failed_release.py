"""A release that does not succeed fails the apply, and customers notice nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest

from local.launcher import terraform
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.faults.injected import Faults

NO_SUCH_ZONE = "-var=time_zone=Nowhere/City"
"""Terraform takes this value, because only the tz database knows better. The service refuses it at its start."""
ANOTHER_LEVEL = "-var=log_level=WARNING"
"""It changes both task definitions, and so makes a release with a migration."""


def release(stack: RunningStack, *values: str) -> None:
    """Applies the service and everything before it. Raises `TerraformError` with Terraform's message."""
    arguments = ("apply", "-input=false", "-auto-approve", "-no-color", "-target=module.service")
    terraform.run(stack.settings, *arguments, *terraform.variables(stack.settings), *values)


@pytest.fixture(scope="module")
def repaired(stack: RunningStack) -> Iterator[None]:
    """Applies the right values afterwards."""
    yield
    release(stack)


@pytest.fixture
def serving(stack: RunningStack, api: ApiClient, customers: Customers) -> Iterator[None]:
    """Checks after the test that the release before it serves."""
    customer, ecs = customers.create(), stack.client("ecs")
    where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
    before = ecs.describe_services(**where)["services"][0]["taskDefinition"]
    yield
    (service,) = ecs.describe_services(**where)["services"]
    assert service["taskDefinition"] == before
    assert ecs.describe_task_definition(taskDefinition=before)["taskDefinition"]["status"] == "ACTIVE"
    assert service["runningCount"] == service["desiredCount"] == 2
    assert api.readings(customer.number, customer.key).status == 200


@contextmanager
def owner_without_a_right(stack: RunningStack) -> Iterator[None]:
    """Takes a right from the role that migrates. It owns the table, so it can give the right back to itself."""
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["database_secret_arn"])
    login: dict[str, Any] = json.loads(secret["SecretString"])
    connection = psycopg2.connect(
        host=stack.outputs["database_address"],
        port=stack.outputs["database_port"],
        dbname=stack.outputs["database_name"],
        user=login["username"],
        password=login["password"],
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("REVOKE UPDATE ON retention FROM energy_owner")
        try:
            yield
        finally:
            cursor.execute("GRANT UPDATE ON retention TO energy_owner")
    connection.close()


@pytest.mark.usefixtures("repaired", "serving")
def test_a_migration_that_fails_stops_the_release_and_names_its_log(stack: RunningStack) -> None:
    with owner_without_a_right(stack), pytest.raises(terraform.TerraformError) as error:
        release(stack, ANOTHER_LEVEL)
    assert "The database was not migrated" in str(error.value)
    assert f"log group {stack.outputs['log_groups']['ingestion']}, stream migrations/migrations/" in str(error.value)
    assert "permission denied for table retention" in str(error.value)


@pytest.mark.usefixtures("repaired", "serving")
def test_a_version_that_does_not_come_up_fails_the_apply(stack: RunningStack) -> None:
    with pytest.raises(terraform.TerraformError, match="The new version of the service did not come up"):
        release(stack, NO_SUCH_ZONE)


@pytest.mark.usefixtures("repaired")
def test_who_only_plans_needs_no_secret(stack: RunningStack, faults: Faults) -> None:
    """Every GetSecretValue is denied meanwhile, as it is to a role without that right."""
    denied = {"code": "AccessDeniedException", "status": 400, "calls": 1000}
    with faults.planned("secretsmanager", "GetSecretValue", **denied) as refused:
        code, output = stack.plan()
        assert code in (0, 2), output  # the releases before have left changes
        assert refused.hit == 0
