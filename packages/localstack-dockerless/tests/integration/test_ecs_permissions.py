"""A task starts with the rights of its execution role, and not without one of them."""

from typing import Any

from dockerless_testing.ecs_world import World
from dockerless_testing.roles import document, trust

IMAGE = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/api:1"
REPOSITORY = "arn:aws:ecr:eu-central-1:000000000000:repository/api"
PULL = "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"

# The missing permission, and AWS's error for it:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
REASONS = {
    "secretsmanager:GetSecretValue": "ResourceInitializationError: unable to pull secrets or registry auth",
    "ecr:GetAuthorizationToken": "ResourceInitializationError: unable to pull secrets or registry auth",
    **dict.fromkeys(PULL, "CannotPullContainerError"),
    "logs:CreateLogStream": "ResourceInitializationError: failed to validate logger args",
}


def rights(world: World, secret: str) -> dict[str, str]:
    log = f"arn:aws:logs:eu-central-1:000000000000:log-group:{world.log_group}:*"
    return {
        "secretsmanager:GetSecretValue": secret,
        "ecr:GetAuthorizationToken": "*",
        **dict.fromkeys(PULL, REPOSITORY),
        "logs:CreateLogStream": log,
        "logs:PutLogEvents": log,
    }


def grant(world: World, allowed: dict[str, str]) -> None:
    statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed.items()]
    world.emulator.client("iam").put_role_policy(
        RoleName=world.role, PolicyName="work", PolicyDocument=document(*statements)
    )


def test_each_right_is_needed_and_all_are_enough(world: World) -> None:
    secrets: Any = world.emulator.client("secretsmanager")
    secret = secrets.create_secret(Name=world.name, SecretString="x")["ARN"]
    reference = [{"name": "SECRET", "valueFrom": secret}]
    allowed = rights(world, secret)
    world.start_agent()
    world.create(desired=0, task_definition=world.task_definition(image=IMAGE, secrets=reference))
    for action, reason in REASONS.items():
        grant(world, {name: resource for name, resource in allowed.items() if name != action})
        world.update(desiredCount=1)
        told = world.stopped(f"is not authorized to perform: {action} on resource: {allowed[action]}"[:90])
        assert told["stoppedReason"].startswith(reason)
        world.update(desiredCount=0)
    grant(world, allowed)
    world.update(desiredCount=1)
    assert len(world.running(1)) == 1
    secrets.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)


def test_ecs_needs_the_roles_trust(world: World) -> None:
    world.emulator.client("iam").update_assume_role_policy(
        RoleName=world.role, PolicyDocument=trust({"Service": "lambda.amazonaws.com"})
    )
    world.start_agent()
    world.create()
    assert world.role in world.stopped("ECS was unable to assume the role")["stoppedReason"]
