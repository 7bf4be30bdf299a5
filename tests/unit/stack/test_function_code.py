"""A function's code has its own update, and Terraform's state is right at every moment of it."""

import json
from collections.abc import Callable
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


def _attributes(function: str) -> dict[str, Any]:
    return {
        "function_name": f"energy-{function}",
        "code_sha256": "old",
        "source_code_hash": "old",
        "source_code_size": 1,
        "last_modified": "yesterday",
        "publish": False,
        "timeout": 60,
    }


def _resource(function: str, kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "module": f"module.{MODULES.get(function, function)}.module.function",
        "mode": "managed",
        "type": kind,
        "name": "this",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }


class Lambda:
    """Takes code as Lambda does. `names_in_state` are the hashes of Terraform's state at the time of each call."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}
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

    def get_waiter(self, name: str) -> "Lambda":
        assert name == "function_updated_v2"
        return self

    def wait(self, FunctionName: str, WaiterConfig: dict[str, float]) -> None:  # noqa: N803
        self.waited.append(FunctionName)


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
        resources = [_resource("planner", "aws_iam_role", {"name": "energy-planner"})]
        for function in FUNCTIONS:
            (tmp_path / f"{function}.zip").write_text(f"the code of {function}")
            resources.append(_resource(function, "aws_lambda_function", _attributes(function) | changed))
        content = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "a-stack", "outputs": {}}
        path = terraform.working_copy(STACK) / "terraform.tfstate"
        path.write_text(json.dumps({**content, "resources": resources}))

    return write


def test_the_functions_run_their_zips_and_terraforms_state_says_so(applied: Callable[..., None]) -> None:
    applied()
    client = Lambda()
    update(STACK, client, FUNCTIONS)
    assert client.code == {f"energy-{each}": f"the code of {each}".encode() for each in FUNCTIONS}
    assert sorted(client.waited) == sorted(client.code)
    for name, attributes in in_state().items():
        code = f"the code of {name.removeprefix('energy-')}"
        assert attributes == _attributes(name.removeprefix("energy-")) | {
            "code_sha256": f"hash of {code}",
            "source_code_hash": f"hash of {code}",
            "source_code_size": len(code),
            "last_modified": "today",
        }


def test_another_function_and_resource_stay_as_they_are(applied: Callable[..., None]) -> None:
    applied()
    before = terraform.read_state(STACK)
    update(STACK, Lambda(), ["alerting"])
    after = terraform.read_state(STACK)
    assert after["lineage"] == before["lineage"]
    assert after["serial"] > before["serial"]
    assert in_state()["energy-notifier"] == _attributes("notifier")
    roles = [each for each in after["resources"] if each["type"] == "aws_iam_role"]
    assert [each["instances"][0]["attributes"] for each in roles] == [{"name": "energy-planner"}]


def test_while_code_is_on_its_way_the_state_names_none(applied: Callable[..., None]) -> None:
    """So an apply after an interruption updates the function, also if it has the new code already."""
    applied()
    client = Lambda()
    update(STACK, client, FUNCTIONS)
    assert client.names_in_state == [{""}, {""}]


def test_after_a_refusal_terraform_has_the_code_to_update(applied: Callable[..., None]) -> None:
    applied()
    client = Lambda()
    client.fails = "energy-notifier"
    with pytest.raises(CodeUpdateError, match=r"notifier: .*no such function"):
        update(STACK, client, FUNCTIONS)
    assert {attributes["source_code_hash"] for attributes in in_state().values()} == {""}


def test_code_that_is_not_the_zip_is_not_taken_for_it(
    applied: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    applied()
    monkeypatch.setattr(function_code, "sha256_of", lambda *_: "hash of another zip")
    with pytest.raises(CodeUpdateError, match="which is not the zip"):
        update(STACK, Lambda(), FUNCTIONS)
    assert {attributes["source_code_hash"] for attributes in in_state().values()} == {""}


@pytest.mark.parametrize(
    ("functions", "changed", "why"),
    [
        (["enricher"], {}, "holds 0 functions enricher"),
        (["alerting"], {"publish": True}, "publishes a version"),
    ],
)
def test_a_function_that_needs_the_whole_apply_is_left_alone(
    applied: Callable[..., None], functions: list[str], changed: dict[str, Any], why: str
) -> None:
    applied(**changed)
    before, client = terraform.read_state(STACK), Lambda()
    with pytest.raises(CodeUpdateError, match=why):
        update(STACK, client, functions)
    assert client.code == {}
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
