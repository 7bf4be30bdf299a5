"""`make deploy` brings edited code to the stack without an apply, and Terraform agrees afterwards."""

import io
import zipfile

from artifacts.packages import machine, sha256_of, zip_of
from local.launcher.state import State
from local.observe.running import RunningStack
from tests.support.launcher import run_command

FUNCTION = "publisher"


def test_code_is_deployed_by_its_own_update_and_the_plan_stays_empty(stack: RunningStack) -> None:
    client, name = stack.client("lambda"), stack.outputs["log_groups"][FUNCTION].removeprefix("/aws/lambda/")
    earlier = client.update_function_code(FunctionName=name, ZipFile=_with_another_file())
    remembered = State.read(stack.settings)
    remembered.zips[FUNCTION] = earlier["CodeSha256"]  # as if that had been deployed before an edit
    remembered.write(stack.settings)

    said = run_command("deploy", stack.name)

    assert f"Changed: {FUNCTION}\n" in said
    assert "Terraform apply" not in said
    assert client.get_function_configuration(FunctionName=name)["CodeSha256"] == sha256_of(FUNCTION, machine())
    code, plan = stack.plan()
    assert code == 0, plan
    assert "Nothing has changed" in run_command("deploy", stack.name)


def _with_another_file() -> bytes:
    """The function's zip with a file more."""
    content = io.BytesIO(zip_of(FUNCTION, machine()).read_bytes())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("earlier.txt", "")
    return content.getvalue()
