"""A task's process calls AWS as the role of its task, with the SDK's own chain and without any key."""

import json
import subprocess
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from dockerless_testing.ecs_world import World, process_at
from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of, role

URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
CALL = """
import boto3, json, sys
from botocore.exceptions import ClientError
client = boto3.client(sys.argv[1])
try:
    answer = getattr(client, sys.argv[2])(**json.loads(sys.argv[3]))
    answer.pop("ResponseMetadata")
    print(json.dumps(answer))
except ClientError as error:
    print(json.dumps(error.response["Error"]))
"""


def call(environment: dict[str, str], service: str, operation: str, **parameters: Any) -> Any:
    """Calls AWS from a process that has the environment of the task, as the task's own process would."""
    done = subprocess.run(
        [sys.executable, "-c", CALL, service, operation, json.dumps(parameters)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def start(world: World, task_role: str) -> dict[str, str]:
    """Runs a task with the role. Returns the environment of its process."""
    port = world.start_agent()
    world.create(task_definition=world.task_definition(task_role=task_role))
    world.running(1)
    environment: dict[str, str] = process_at(port)["environment"]
    return environment


def test_the_process_calls_as_its_role_and_may_do_what_the_role_may(world: World, emulator: Emulator) -> None:
    dynamodb = emulator.client("dynamodb")
    for name in (f"{world.name}-mine", f"{world.name}-other"):
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        )
    arn = f"arn:aws:dynamodb:eu-central-1:000000000000:table/{world.name}-mine"
    query = {"KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "1"}}}
    with role(emulator, {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": arn}) as name:
        environment = start(world, name)
        (task,) = world.tasks()
        identity = call(environment, "sts", "get_caller_identity")
        session = task["taskArn"].rsplit("/", 1)[-1]
        assert identity["Arn"] == f"arn:aws:sts::000000000000:assumed-role/{name}/{session}"
        assert call(environment, "dynamodb", "query", TableName=f"{world.name}-mine", **query)["Count"] == 0
        refused = call(environment, "dynamodb", "query", TableName=f"{world.name}-other", **query)
        assert refused["Code"] == "AccessDeniedException"
        assert f"assumed-role/{name}/{session}" in refused["Message"]
        answer = json.load(urlopen(environment[URI]))  # noqa: S310 -- the agent's own address
        assert answer["RoleArn"] == arn_of(name)
        assert set(answer) == {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
    for table in (f"{world.name}-mine", f"{world.name}-other"):
        dynamodb.delete_table(TableName=table)


def test_only_the_path_with_the_secret_id_gives_credentials(world: World, emulator: Emulator) -> None:
    with role(emulator) as name:
        address = start(world, name)[URI].rsplit("/", 1)[0]
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}/00000000-0000-4000-8000-000000000000")  # noqa: S310 -- the agent's own address
        assert refused.value.code == 400
        assert json.load(refused.value)["code"] == "InvalidIdInRequest"


def test_a_task_without_a_role_has_no_address_of_credentials(world: World) -> None:
    port = world.start_agent()
    world.create()
    world.running(1)
    assert URI not in process_at(port)["environment"]
