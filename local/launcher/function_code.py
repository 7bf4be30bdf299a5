"""Updates the code of functions with Lambda's own call, and changes Terraform's state accordingly.

Terraform needs 30 s for such an update: its provider starts twice, and waits 5 s after each update. So the launcher
makes the provider's call, UpdateFunctionCode. Then it writes into Terraform's state the values that the provider would
write, and the next plan finds no change. `terraform state push` takes Terraform's lock. It refuses a state that is not
the successor of the present state.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
https://developer.hashicorp.com/terraform/cli/commands/state/push
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.exceptions

from artifacts.packages import machine, sha256_of, zip_of
from local.launcher import terraform
from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings

# botocore's waiter would ask once every 1 s
_WAIT = {"Delay": 0.1, "MaxAttempts": 600}


class CodeUpdateError(ExpectedError):
    """Only a whole apply can update these functions. The message says why."""


def update(settings: Settings, client: Any, functions: Sequence[str]) -> None:
    """Sends the built zips to `functions`, side by side. Raises `CodeUpdateError` and `TerraformError`.

    `client` is boto3's client for Lambda. During the update, Terraform's state names no code for these functions. So
    the next apply updates them if this update is interrupted.
    """
    content = terraform.read_state(settings)
    instances = {function: _instance(content, function) for function in functions}
    for instance in instances.values():
        instance["source_code_hash"] = ""
    terraform.write_state(settings, content)
    with ThreadPoolExecutor(len(functions)) as side_by_side:
        answers = side_by_side.map(lambda function: _update(client, instances[function], function), functions)
        for function, answer in zip(functions, answers, strict=True):
            instances[function].update(_attributes(answer))
    terraform.write_state(settings, content)


def _instance(content: Mapping[str, Any], function: str) -> dict[str, Any]:
    """Returns the attributes of the function in Terraform's state. terraform/modules/lambda makes one function.

    The name of a module with `for_each` has a key: `module.notifier["ses"]`.
    """
    module = re.compile(rf'module\.{function}(\["\w+"\])?\.module\.function')
    found = [
        instance["attributes"]
        for resource in content.get("resources", [])
        if (resource["type"], resource["name"]) == ("aws_lambda_function", "this")
        and module.fullmatch(resource.get("module", ""))
        for instance in resource["instances"]
    ]
    if len(found) != 1:
        raise CodeUpdateError(f"Terraform's state holds {len(found)} functions {function}")
    attributes: dict[str, Any] = found[0]
    if attributes["publish"]:
        raise CodeUpdateError(f"{function} publishes a version with its code")
    return attributes


def _update(client: Any, attributes: Mapping[str, Any], function: str) -> Mapping[str, Any]:
    name, code = attributes["function_name"], zip_of(function, machine()).read_bytes()
    try:
        answer: Mapping[str, Any] = client.update_function_code(FunctionName=name, ZipFile=code)
        client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=_WAIT)
    except (botocore.exceptions.ClientError, botocore.exceptions.WaiterError) as error:
        raise CodeUpdateError(f"{function}: {error}") from error
    if answer["CodeSha256"] != sha256_of(function, machine()):
        raise CodeUpdateError(f"{function} runs {answer['CodeSha256']}, which is not the zip that was sent")
    return answer


def _attributes(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the attributes that the provider would set. `source_code_hash` is the configuration's hash of the zip."""
    return {
        "code_sha256": answer["CodeSha256"],
        "source_code_hash": answer["CodeSha256"],
        "source_code_size": answer["CodeSize"],
        "last_modified": answer["LastModified"],
    }
