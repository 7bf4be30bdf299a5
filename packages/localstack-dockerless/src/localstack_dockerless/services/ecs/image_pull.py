"""Checks the execution role's permissions to get a task's image from ECR. No image is pulled.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

import re

from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import session_of
from localstack_dockerless.services.ecs.secret_values import PULL_FAILED, TaskCannotStartError

_REPOSITORY = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[^/]+/(?P<name>[^:@]+)")


def check(image: str, role: str | None, session: str) -> None:
    """Raises `TaskCannotStartError`. An image outside ECR needs no permission."""
    repository = _REPOSITORY.match(image)
    if repository is None:
        return
    if role is None:
        raise TaskCannotStartError(f"{PULL_FAILED}the task definition has no execution role to pull {image} with")
    region = repository["region"]
    arn = f"arn:aws:ecr:{region}:{repository['account']}:repository/{repository['name']}"
    _require(role, session, region, Need("ecr:GetAuthorizationToken", "*"), PULL_FAILED)
    for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"):
        _require(role, session, region, Need(f"ecr:{action}", arn), f"CannotPullContainerError: {image}: ")


def _require(role: str, session: str, region: str, need: Need, failure: str) -> None:
    try:
        authorize(session_of(role, session, "ecs-tasks.amazonaws.com"), need, region)
    except DeniedError as error:
        raise TaskCannotStartError(f"{failure}AccessDeniedException: {error}") from error
