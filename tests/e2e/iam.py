"""Sessions of roles, roles with a right less for a while, and the report over all their calls."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.commands.iam_report import Report, fetch
from local.observe.running import RunningStack, client_with

OPERATORS_ROLE, PERSON = "operator", "person"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PROBE = """
import boto3
from botocore.exceptions import ClientError

def handle(event, context):
    client, errors = boto3.client(event["service"]), []
    for call, parameters in event["calls"]:
        try:
            getattr(client, call)(**parameters)
            errors.append({"Code": "", "Message": ""})
        except ClientError as error:
            errors.append(error.response["Error"])
    return errors
"""


class Iam:
    """The policies and the report of one stack."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._iam = stack.client("iam")

    def report(self) -> Report:
        report = fetch(self._stack.edge_url)
        assert report is not None, "the stack runs with IAM_ENFORCEMENT=off"
        return report

    @contextmanager
    def role(self) -> Iterator[str]:
        """The ARN of a role that may do everything, which the operator may assume."""
        name = f"{OPERATORS_ROLE}-{uuid.uuid4().hex[:8]}"
        account = self._stack.client("sts").get_caller_identity()["Account"]
        trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        made = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
        self._iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_document(ANYTHING))
        try:
            yield made["Role"]["Arn"]
        finally:
            self._iam.delete_role_policy(RoleName=name, PolicyName="all")
            self._iam.delete_role(RoleName=name)

    @contextmanager
    def person(self, policy_arn: str) -> Iterator[Callable[[str], Any]]:
        """A person with a managed policy. Yields a function that makes clients with the person's session."""
        kind = policy_arn.rpartition("-")[2]
        name = f"{PERSON}-{kind}-{uuid.uuid4().hex[:8]}"
        sts = self._stack.client("sts")
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": sts.get_caller_identity()["Account"]},
            "Action": "sts:AssumeRole",
        }
        role = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
        self._iam.attach_role_policy(RoleName=name, PolicyArn=policy_arn)
        try:
            session = sts.assume_role(RoleArn=role, RoleSessionName=kind)["Credentials"]
            yield lambda service: client_with(session, self._stack.edge_url, service)
        finally:
            self._iam.detach_role_policy(RoleName=name, PolicyArn=policy_arn)
            self._iam.delete_role(RoleName=name)

    @contextmanager
    def session(self, actions: list[str]) -> Iterator[dict[str, str]]:
        """The credentials of a person who may do these actions on every resource, and nothing else."""
        name = f"{PERSON}-{uuid.uuid4().hex[:8]}"
        sts = self._stack.client("sts")
        account = sts.get_caller_identity()["Account"]
        trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        role = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
        self._put(
            name,
            "some",
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]},
        )
        try:
            yield sts.assume_role(RoleArn=role, RoleSessionName="end-to-end-test")["Credentials"]
        finally:
            self._iam.delete_role_policy(RoleName=name, PolicyName="some")
            self._iam.delete_role(RoleName=name)

    def unencrypted_client(self, role_arn: str, service: str) -> Any:
        """A client with a session of the role, whose calls count as sent without TLS."""
        made = self._stack.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="end-to-end-test")
        client = client_with(made["Credentials"], self._stack.edge_url, service)
        client.meta.events.register(f"before-send.{service}", _say_unencrypted)
        return client

    @contextmanager
    def without(self, role: str, policy: str, statement: str) -> Iterator[None]:
        """A role's inline policy without one of its statements."""
        document = self._iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        rest = [each for each in document["Statement"] if each["Sid"] != statement]
        assert len(rest) == len(document["Statement"]) - 1
        # A policy must have a statement: one that has nothing to do with the calls here.
        rest = rest or [{"Effect": "Deny", "Action": "support:CreateCase", "Resource": "*"}]
        self._put(role, policy, {**document, "Statement": rest})
        try:
            yield
        finally:
            self._put(role, policy, document)

    def _put(self, role: str, policy: str, document: dict[str, Any]) -> None:
        self._iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    @contextmanager
    def twin(self, function: str, region: str) -> Iterator[Any]:
        """A function of the same name and role in another region; yields what makes calls with its rights."""
        role = self._stack.client("lambda").get_function_configuration(FunctionName=function)["Role"]
        client = self._stack.client("lambda", region_name=region)
        client.create_function(
            FunctionName=function,
            Role=role,
            Runtime="python3.13",
            Handler="probe.handle",
            Timeout=30,
            Code={"ZipFile": _package()},
        )
        try:
            client.get_waiter("function_active_v2").wait(FunctionName=function)
            yield lambda service, calls: _invoke(client, function, {"service": service, "calls": calls})
        finally:
            client.delete_function(FunctionName=function)


def _invoke(client: Any, function: str, event: dict[str, Any]) -> list[dict[str, str]]:
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event))
    errors: list[dict[str, str]] = json.loads(answer["Payload"].read())
    return errors


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("probe.py", PROBE)
    return buffer.getvalue()


def _say_unencrypted(request: Any, **_: Any) -> None:
    request.headers["X-Forwarded-Proto"] = "http"
