"""Checks iam:PassRole: who starts a task hands its roles to ECS.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api import RequestContext

from localstack_dockerless.iam import mode
from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.callers import UnknownKeyError, caller_of
from localstack_dockerless.iam.errors import access_denied
from localstack_dockerless.iam.needs import Need

KEYS = {"iam:passedtoservice": "ecs-tasks.amazonaws.com"}


def check(context: RequestContext, definition: Mapping[str, Any]) -> None:
    """Raises the service's own error if the caller may not pass a role of the task definition to ECS."""
    if mode.mode() == mode.OFF:
        return
    try:
        caller = caller_of(context)
    except UnknownKeyError:
        return  # the hook has let the call through
    if caller is None:
        return
    for name in ("taskRoleArn", "executionRoleArn"):
        if role := definition.get(name):
            try:
                authorize(caller.principal, Need("iam:PassRole", role, KEYS), context.region, caller.source)
            except DeniedError as error:
                raise access_denied(context, error) from error
