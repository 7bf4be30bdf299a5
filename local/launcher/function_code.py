"""Publishes the code of functions with Lambda's own calls, and changes Terraform's state accordingly.

Terraform needs 30 s for such an update: its provider starts twice, and waits 5 s after each update. So the launcher
makes the provider's calls: it updates the code, publishes a version, moves the alias to it, and names it in the
pipeline's definition. Then it writes into Terraform's state the values that the provider would write, and the next plan
finds no change. `terraform state push` takes Terraform's lock. It refuses a state that is not the successor of the
present state.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
https://developer.hashicorp.com/terraform/cli/commands/state/push
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import botocore.exceptions

from artifacts.packages import machine, sha256_of, zip_of
from local.launcher import terraform
from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings
from operations import versions

# botocore's waiter would ask once every 1 s
_WAIT = {"Delay": 0.1, "MaxAttempts": 600}
KEPT = 2
"""The newest versions of a function that stay on a local stack. Each version keeps its unpacked code."""

type Attributes = dict[str, Any]
"""A resource's attributes in Terraform's state. A change of them is a change of the state."""


class CodeUpdateError(ExpectedError):
    """Only a whole apply can update these functions. The message says why."""


class Stack(Protocol):
    """A running stack, as `local.observe.running.RunningStack` is one."""

    @property
    def outputs(self) -> Mapping[str, Any]:
        """Terraform's outputs."""

    def client(self, service: str) -> Any:
        """Returns boto3's client for the service."""


@dataclass(frozen=True)
class _Deployed:
    """A function and its alias in Terraform's state."""

    function: Attributes
    alias: Attributes


def update(settings: Settings, stack: Stack, functions: Sequence[str]) -> None:
    """Sends the built zips to `functions`, side by side. Raises `CodeUpdateError` and `TerraformError`.

    During the update, Terraform's state names no code for these functions. So the next apply updates them if this
    update is interrupted. A run that is under way keeps its versions. Versions that nothing needs are deleted.
    """
    content = terraform.read_state(settings)
    deployed = {function: _deployed(content, function) for function in functions}
    (pipeline,) = _instances(content, r"module\.pipeline", "aws_sfn_state_machine")
    for each in deployed.values():
        each.function["source_code_hash"] = ""
    terraform.write_state(settings, content)
    client = stack.client("lambda")
    with ThreadPoolExecutor(len(functions)) as side_by_side:
        published = list(side_by_side.map(lambda function: _publish(client, deployed[function], function), functions))
    _name_versions(stack.client("stepfunctions"), pipeline, deployed.values(), published)
    for each, attributes in zip(deployed.values(), published, strict=True):
        each.alias["function_version"] = attributes["version"]
        each.function.update(attributes)
    terraform.write_state(settings, content)
    _delete_unneeded(stack)


def _deployed(content: Mapping[str, Any], function: str) -> _Deployed:
    """Returns the function in Terraform's state. terraform/modules/lambda makes one function with one alias.

    The name of a module with `for_each` has a key: `module.notifier["ses"]`.
    """
    module = rf'module\.{function}(\["\w+"\])?'
    if list(_instances(content, module, "aws_lambda_invocation")):
        raise CodeUpdateError(f"Terraform invokes {function} after each update")
    found = [
        _instances(content, rf"{module}\.module\.function", kind)
        for kind in ("aws_lambda_function", "aws_lambda_alias")
    ]
    made, aliases = (list(each) for each in found)
    if len(made) != 1 or len(aliases) != 1:
        raise CodeUpdateError(f"Terraform's state holds {len(made)} functions {function} with {len(aliases)} aliases")
    return _Deployed(made[0], aliases[0])


def _instances(content: Mapping[str, Any], module: str, kind: str) -> Iterator[Attributes]:
    """Yields the attributes of the resources of a kind whose module matches the pattern."""
    for resource in content.get("resources", []):
        if resource["type"] == kind and re.fullmatch(module, resource.get("module", "")):
            yield from (instance["attributes"] for instance in resource["instances"])


def _publish(client: Any, deployed: _Deployed, function: str) -> Attributes:
    """Publishes the built zip, and moves the alias to it. Returns the attributes that the provider would set.

    `source_code_hash` is the configuration's hash of the zip.
    """
    before, code = deployed.function, zip_of(function, machine()).read_bytes()
    name, expected = before["function_name"], sha256_of(function, machine())
    try:
        sent = client.update_function_code(FunctionName=name, ZipFile=code)
        client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=_WAIT)
        if sent["CodeSha256"] != expected:
            raise CodeUpdateError(f"{function} runs {sent['CodeSha256']}, which is not the zip that was sent")
        version = client.publish_version(FunctionName=name, CodeSha256=expected)
        number, arn = version["Version"], version["FunctionArn"]
        client.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=number, WaiterConfig=_WAIT)
        client.update_alias(FunctionName=name, Name=deployed.alias["name"], FunctionVersion=number)
    except (botocore.exceptions.ClientError, botocore.exceptions.WaiterError) as error:
        raise CodeUpdateError(f"{function}: {error}") from error
    return {
        "code_sha256": expected,
        "source_code_hash": expected,
        "source_code_size": sent["CodeSize"],
        "last_modified": sent["LastModified"],
        "version": number,
        "qualified_arn": arn,
        "qualified_invoke_arn": before["qualified_invoke_arn"].replace(before["qualified_arn"], arn),
    }


def _name_versions(
    client: Any, pipeline: Attributes, deployed: Iterable[_Deployed], published: Sequence[Attributes]
) -> None:
    """Names the published versions in the pipeline's definition. Runs that are under way keep the definition before."""
    definition = pipeline["definition"]
    for before, after in zip(deployed, published, strict=True):
        definition = definition.replace(f'"{before.function["qualified_arn"]}"', f'"{after["qualified_arn"]}"')
    if definition == pipeline["definition"]:
        return
    try:
        answer = client.update_state_machine(stateMachineArn=pipeline["arn"], definition=definition)
    except botocore.exceptions.ClientError as error:
        raise CodeUpdateError(f"the pipeline: {error}") from error
    pipeline |= {"definition": definition, "revision_id": answer["revisionId"]}


def _delete_unneeded(stack: Stack) -> None:
    system = versions.System(stack.client("lambda"), stack.client("stepfunctions"), stack.outputs)
    for version in versions.unneeded(system, KEPT):
        versions.remove(system, version)
