"""`make deploy` publishes edited code as a new version without an apply, and Terraform agrees afterwards."""

import io
import zipfile
from typing import Any

from artifacts.packages import machine, sha256_of, zip_of
from local.launcher.state import State
from local.observe.running import RunningStack
from tests.support.launcher import run_command

FUNCTION = "publisher"


def test_code_is_deployed_by_its_own_update_and_the_plan_stays_empty(stack: RunningStack) -> None:
    client, name = stack.client("lambda"), stack.outputs["log_groups"][FUNCTION].removeprefix("/aws/lambda/")
    earlier = _publish_another(client, name)
    remembered = State.read(stack.settings)
    remembered.zips[FUNCTION] = earlier["CodeSha256"]  # as if that had been deployed before an edit
    remembered.write(stack.settings)

    said = run_command("deploy", stack.name)

    assert f"Changed: {FUNCTION}\n" in said
    assert "Terraform apply" not in said
    live = client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert live["CodeSha256"] == sha256_of(FUNCTION, machine())
    assert int(live["Version"]) > int(earlier["Version"])
    machine_arn = stack.outputs["state_machine_arn"]
    definition = stack.client("stepfunctions").describe_state_machine(stateMachineArn=machine_arn)["definition"]
    assert f'function:{name}:{live["Version"]}"' in definition
    code, plan = stack.plan()
    assert code == 0, plan
    assert "Nothing has changed" in run_command("deploy", stack.name)


def _publish_another(client: Any, name: str) -> dict[str, Any]:
    """Publishes the function's zip with a file more, and moves the alias to it."""
    content = io.BytesIO(zip_of(FUNCTION, machine()).read_bytes())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("earlier.txt", "")
    client.update_function_code(FunctionName=name, ZipFile=content.getvalue())
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
    published: dict[str, Any] = client.publish_version(FunctionName=name)
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=published["Version"])
    return published
