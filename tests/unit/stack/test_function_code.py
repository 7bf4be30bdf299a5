"""A function's code has its own update, and Terraform's state is right at every moment of it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest

from local.launcher import function_code, terraform
from local.launcher.function_code import CodeUpdateError, update
from local.launcher.settings import Settings

FUNCTIONS = ("alerting", "notifier")
MODULES = {"notifier": 'notifier["ses"]'}
"""Terraform's name of a module that has `for_each`."""
STACK = Settings(name="code")


def _arn(function: str, version: str) -> str:
    return f"arn:aws:lambda:eu-central-1:000000000000:function:energy-{function}:{version}"


def _invoke_arn(arn: str) -> str:
    return f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations"


def _attributes(function: str) -> dict[str, Any]:
    return {
        "function_name": f"energy-{function}",
        "version": "1",
        "qualified_arn": _arn(function, "1"),
        "qualified_invoke_arn": _invoke_arn(_arn(function, "1")),
        "code_sha256": "old",
        "source_code_hash": "old",
        "source_code_size": 1,
        "last_modified": "yesterday",
        "publish": True,
        "timeout": 60,
    }


def _resource(module: str, kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "module": module,
        "mode": "managed",
        "type": kind,
        "name": "this",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }


def _module(function: str) -> str:
    return f"module.{MODULES.get(function, function)}.module.function"


def _definition(**versions: str) -> str:
    return json.dumps({"first": _arn("alerting", versions["alerting"]), "other": _arn("alerting", "12")})


class Lambda:
    """Takes code as Lambda does. `names_in_state` are the hashes of Terraform's state at the time of each call."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}
        self.published: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.names_in_state: list[set[str]] = []
        self.waited: list[str] = []
        self.fails = ""

    def update_function_code(self, FunctionName: str, ZipFile: bytes) -> dict[str, Any]:  # noqa: N803
        self.names_in_state.append({attributes["source_code_hash"] for attributes in in_state().values()})
        if FunctionName == self.fails:
            raise botocore.exceptions.ClientError(
                {"Error": {"Code": "ResourceNotFoundException", "Message": "no such function"}}, "UpdateFunctionCode"
            )
        self.code[FunctionName] = ZipFile
        return {"CodeSha256": f"hash of {ZipFile.decode()}", "CodeSize": len(ZipFile), "LastModified": "today"}

    def publish_version(self, FunctionName: str, CodeSha256: str) -> dict[str, Any]:  # noqa: N803
        assert f"{FunctionName} updated" in self.waited, "Lambda refuses it during an update"
        self.published[FunctionName] = CodeSha256
        return {"Version": "2", "FunctionArn": _arn(FunctionName.removeprefix("energy-"), "2")}

    def update_alias(self, FunctionName: str, Name: str, FunctionVersion: str) -> None:  # noqa: N803
        assert f"{FunctionName} active" in self.waited, "an invocation could meet a version that is not ready"
        assert (Name, FunctionVersion) == ("live", "2")
        self.aliases[FunctionName] = FunctionVersion

    def get_waiter(self, name: str) -> "Waiter":
        return Waiter(self.waited, {"function_updated_v2": "updated", "published_version_active": "active"}[name])

    def get_paginator(self, name: str) -> "Lambda":
        assert name == "list_versions_by_function"
        return self

    def paginate(self, **_named: str) -> list[dict[str, Any]]:
        return [{"Versions": []}]


class Waiter:
    def __init__(self, waited: list[str], what: str) -> None:
        self._waited, self._what = waited, what

    def wait(self, FunctionName: str, WaiterConfig: dict[str, float], Qualifier: str = "") -> None:  # noqa: N803
        self._waited.append(f"{FunctionName} {self._what}")


class Steps:
    """Takes a definition as Step Functions does."""

    def __init__(self) -> None:
        self.definitions: list[str] = []

    def update_state_machine(self, stateMachineArn: str, definition: str) -> dict[str, str]:  # noqa: N803
        assert stateMachineArn == "arn of the pipeline"
        self.definitions.append(definition)
        return {"revisionId": "second"}


class FakeStack:
    outputs: Mapping[str, Any] = {"log_groups": {"alerting": "/aws/lambda/energy-alerting"}}

    def __init__(self) -> None:
        self.functions, self.steps = Lambda(), Steps()

    def client(self, service: str) -> Any:
        return {"lambda": self.functions, "stepfunctions": self.steps}[service]


def in_state() -> dict[str, dict[str, Any]]:
    """Returns the attributes of each function in Terraform's state."""
    resources = terraform.read_state(STACK)["resources"]
    return {
        each["instances"][0]["attributes"]["function_name"]: each["instances"][0]["attributes"]
        for each in resources
        if each["type"] == "aws_lambda_function"
    }


@pytest.fixture
def applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes Terraform's state of a stack with these functions, and a zip of each."""
    monkeypatch.setattr(Settings, "directory", tmp_path)
    monkeypatch.setattr(function_code, "zip_of", lambda function, _: tmp_path / f"{function}.zip")
    monkeypatch.setattr(function_code, "sha256_of", lambda function, _: f"hash of the code of {function}")

    def write(**changed: Any) -> None:
        terraform.working_copy(STACK).mkdir()
        pipeline = {"arn": "arn of the pipeline", "definition": _definition(alerting="1"), "revision_id": "first"}
        resources = [
            _resource(_module("planner"), "aws_iam_role", {"name": "energy-planner"}),
            _resource("module.pipeline", "aws_sfn_state_machine", pipeline),
            _resource("module.database_roles", "aws_lambda_invocation", {}),
        ]
        for function in FUNCTIONS:
            (tmp_path / f"{function}.zip").write_text(f"the code of {function}")
            alias = {"name": "live", "function_version": "1"}
            resources.append(_resource(_module(function), "aws_lambda_function", _attributes(function) | changed))
            resources.append(_resource(_module(function), "aws_lambda_alias", alias))
        content = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "a-stack", "outputs": {}}
        path = terraform.working_copy(STACK) / "terraform.tfstate"
        path.write_text(json.dumps({**content, "resources": resources}))

    return write


def test_the_functions_run_their_zips_and_terraforms_state_says_so(applied: Callable[..., None]) -> None:
    applied()
    stack = FakeStack()
    update(STACK, stack, FUNCTIONS)
    client = stack.functions
    assert client.code == {f"energy-{each}": f"the code of {each}".encode() for each in FUNCTIONS}
    assert client.published == {f"energy-{each}": f"hash of the code of {each}" for each in FUNCTIONS}
    assert client.aliases == dict.fromkeys(client.code, "2")
    for name, attributes in in_state().items():
        function = name.removeprefix("energy-")
        code = f"the code of {function}"
        assert attributes == _attributes(function) | {
            "version": "2",
            "qualified_arn": _arn(function, "2"),
            "qualified_invoke_arn": _invoke_arn(_arn(function, "2")),
            "code_sha256": f"hash of {code}",
            "source_code_hash": f"hash of {code}",
            "source_code_size": len(code),
            "last_modified": "today",
        }


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [
        each["instances"][0]["attributes"] for each in terraform.read_state(STACK)["resources"] if each["type"] == kind
    ]


def test_the_pipeline_names_the_new_version_in_aws_and_in_terraforms_state(applied: Callable[..., None]) -> None:
    applied()
    stack = FakeStack()
    update(STACK, stack, ["alerting"])
    assert stack.steps.definitions == [_definition(alerting="2")]
    (pipeline,) = of_kind("aws_sfn_state_machine")
    assert (pipeline["definition"], pipeline["revision_id"]) == (_definition(alerting="2"), "second")
    assert [each["function_version"] for each in of_kind("aws_lambda_alias")] == ["2", "1"]


def test_a_function_that_is_not_of_the_pipeline_changes_no_definition(applied: Callable[..., None]) -> None:
    applied()
    stack = FakeStack()
    update(STACK, stack, ["notifier"])
    assert stack.steps.definitions == []


def test_another_function_and_resource_stay_as_they_are(applied: Callable[..., None]) -> None:
    applied()
    before = terraform.read_state(STACK)
    update(STACK, FakeStack(), ["alerting"])
    after = terraform.read_state(STACK)
    assert after["lineage"] == before["lineage"]
    assert after["serial"] > before["serial"]
    assert in_state()["energy-notifier"] == _attributes("notifier")
    assert of_kind("aws_iam_role") == [{"name": "energy-planner"}]


def test_while_code_is_on_its_way_the_state_names_none(applied: Callable[..., None]) -> None:
    """So an apply after an interruption updates the function, also if it has the new code already."""
    applied()
    stack = FakeStack()
    update(STACK, stack, FUNCTIONS)
    assert stack.functions.names_in_state == [{""}, {""}]


def test_after_a_refusal_terraform_has_the_code_to_update(applied: Callable[..., None]) -> None:
    applied()
    stack = FakeStack()
    stack.functions.fails = "energy-notifier"
    with pytest.raises(CodeUpdateError, match=r"notifier: .*no such function"):
        update(STACK, stack, FUNCTIONS)
    assert {attributes["source_code_hash"] for attributes in in_state().values()} == {""}


def test_code_that_is_not_the_zip_is_not_taken_for_it(
    applied: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    applied()
    monkeypatch.setattr(function_code, "sha256_of", lambda *_: "hash of another zip")
    with pytest.raises(CodeUpdateError, match="which is not the zip"):
        update(STACK, FakeStack(), FUNCTIONS)
    assert {attributes["source_code_hash"] for attributes in in_state().values()} == {""}


@pytest.mark.parametrize(
    ("function", "why"),
    [("enricher", "holds 0 functions enricher with 0 aliases"), ("database_roles", "Terraform invokes database_roles")],
)
def test_a_function_that_needs_the_whole_apply_is_left_alone(
    applied: Callable[..., None], function: str, why: str
) -> None:
    applied()
    before, stack = terraform.read_state(STACK), FakeStack()
    with pytest.raises(CodeUpdateError, match=why):
        update(STACK, stack, [function])
    assert stack.functions.code == {}
    assert terraform.read_state(STACK) == before


def test_a_state_that_somebody_else_has_written_meanwhile_is_kept(applied: Callable[..., None]) -> None:
    applied()
    read = terraform.read_state(STACK)
    newer = {**read, "serial": read["serial"] + 5}
    (terraform.working_copy(STACK) / "terraform.tfstate").write_text(json.dumps(newer))
    with pytest.raises(terraform.TerraformError, match="serial"):
        terraform.write_state(STACK, read)
    assert terraform.read_state(STACK) == newer
    assert list(terraform.working_copy(STACK).glob("pushed*")) == []
