"""The ways to look into a stack work as docs/commands.md shows them."""

import json
import re
import subprocess

import pytest

from local.launcher.guard import local_only
from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack

COMMANDS = (REPOSITORY / "docs" / "commands.md").read_text()


def pasted(stack: RunningStack, script: str) -> subprocess.CompletedProcess[str]:
    """A shell at the top of the repository that knows the stack's name and, of AWS, somebody's production."""
    environment = local_only(stack.edge_url) | {"STACK": stack.name, "AWS_PROFILE": "production"}
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environment[name]
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True
    )


def test_the_documented_line_for_awslocal_lists_the_functions(stack: RunningStack) -> None:
    (line,) = re.findall(r"^local/bin/awslocal .*$", COMMANDS, re.MULTILINE)
    done = pasted(stack, line)
    assert (done.returncode, done.stderr) == (0, "")
    names = {function["FunctionName"] for function in json.loads(done.stdout)["Functions"]}
    assert any(name.endswith("-authorizer") for name in names)


@pytest.mark.parametrize(
    "script",
    [
        'eval "$(make -s env)"; awslocal s3api list-buckets',
        'eval "$(make -s env)"; aws s3api list-buckets',
        "echo 'aws s3api list-buckets' | make -s shell",
        ".local/venv/project/bin/awslocal s3api list-buckets",
        'cd /; "$OLDPWD/local/bin/awslocal" s3api list-buckets',
    ],
)
def test_clients_reach_the_stack_from_every_shell(stack: RunningStack, script: str) -> None:
    done = pasted(stack, script)
    assert (done.returncode, done.stderr) == (0, "")
    assert stack.outputs["exported_bucket"] in {bucket["Name"] for bucket in json.loads(done.stdout)["Buckets"]}


def test_the_command_line_reaches_the_stacks_queues(stack: RunningStack) -> None:
    """The command line has an address of its own for SQS, which it takes before AWS_ENDPOINT_URL."""
    done = pasted(stack, "local/bin/awslocal sqs list-queues")
    assert (done.returncode, done.stderr) == (0, "")
    assert stack.outputs["alarm_queue_url"] in json.loads(done.stdout)["QueueUrls"]


@pytest.mark.parametrize("script", ['make -s psql SQL="{sql}"', "echo '{sql}' | make -s psql"])
def test_make_psql_opens_the_database_as_its_owner(stack: RunningStack, script: str) -> None:
    sql = "select current_database() || $1 || current_user".replace("$1", "chr(32)")
    done = pasted(stack, script.format(sql=sql))
    assert done.returncode == 0, done.stderr
    assert f"{stack.outputs['database_name']} " in done.stdout
    assert "(1 row)" in done.stdout


def test_a_script_stops_at_its_first_error(stack: RunningStack) -> None:
    done = pasted(stack, "printf 'select 1/0;\\nselect 4711;\\n' | make -s psql")
    assert done.returncode != 0
    assert "4711" not in done.stdout
