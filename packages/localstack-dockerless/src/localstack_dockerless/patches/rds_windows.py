"""The backup window and the maintenance window may touch, and may go past midnight."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.rds import windows

PATCH = Patch(
    why="moto refuses windows that touch, and some that go past midnight.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
    when="rds",
)


@PATCH.replaces("moto.rds.models:valid_preferred_maintenance_window")
def problem(_original: Any) -> Any:
    return windows.problem
