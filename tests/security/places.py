"""Everything that a run leaves behind where somebody could read it: logs, objects, messages, state, descriptions."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import duckdb

from local.observe.alarm_queue import PATH
from local.observe.running import RunningStack, local_client
from operations.mailbox import sent_emails
from tests.support.parquet import fetch

type Found = Iterator[tuple[str, str]]
"""A place and a text that is there."""

# Of the stack's folder: what Postgres and LocalStack hold, and Postgres's superuser's password.
KEPT_FROM_OTHERS = {"postgres", "pgpass", "saved-state", "console-token"}
_LARGEST = 50 * 2**20


def log_groups(stack: RunningStack) -> Found:
    """Every event of every log group, whoever made the group."""
    client = stack.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in client.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield from ((f"log group {name}", event["message"]) for event in events["events"])


def objects(stack: RunningStack) -> Found:
    """Every version of every object of every bucket; Parquet in rows."""
    client = stack.client("s3")
    for bucket in client.list_buckets()["Buckets"]:
        name = bucket["Name"]
        for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in page.get("Versions", []):
                found = client.get_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
                yield f"s3://{name}/{version['Key']}", _as_text(found["Body"].read()) + json.dumps(found["Metadata"])


def messages(stack: RunningStack) -> Found:
    """Every message of every queue, left where it is, and every e-mail."""
    looking = local_client(stack.edge_url + PATH, "sqs")
    for url in stack.client("sqs").list_queues().get("QueueUrls", []):
        yield url, json.dumps(looking.receive_message(QueueUrl=url).get("Messages", []))
    yield "e-mails", str(sent_emails(stack.edge_url))


def state_files(stack: RunningStack) -> Found:
    """Terraform's state, plans and outputs, the processes' output and settings: all of the stack's folder."""
    for path in sorted(stack.directory.rglob("*")):
        below = path.relative_to(stack.directory)
        if below.parts[0] not in KEPT_FROM_OTHERS and path.is_file() and path.stat().st_size < _LARGEST:
            yield f"file {below}", path.read_bytes().decode("utf-8", "replace")


def descriptions(stack: RunningStack) -> Found:
    """What AWS's APIs tell of the parts, with the environments of functions and tasks."""
    functions = stack.client("lambda").list_functions()["Functions"]
    yield "functions", json.dumps(functions, default=str)
    ecs = stack.client("ecs")
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        yield arn, json.dumps(ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"], default=str)
    yield "database", json.dumps(stack.client("rds").describe_db_instances()["DBInstances"], default=str)
    yield "secrets", json.dumps(stack.client("secretsmanager").list_secrets()["SecretList"], default=str)


def executions(stack: RunningStack) -> Found:
    """Inputs, outputs and events of the pipeline's runs."""
    client = stack.client("stepfunctions")
    listed = client.get_paginator("list_executions").paginate(stateMachineArn=stack.outputs["state_machine_arn"])
    for page in listed:
        for execution in page["executions"]:
            arn = execution["executionArn"]
            history = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
            yield arn, json.dumps(history, default=str)


def process_environments(stack: RunningStack) -> Found:
    """The functions' processes on this machine (embedded mode), whose environment anybody of this account reads."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue  # it ended, or is another account's
        if "AWS_LAMBDA_FUNCTION_NAME=" in text and f":{stack.settings.port}" in text:
            yield f"environment of process {path.parent.name}", text


PLACES: dict[str, Callable[[RunningStack], Found]] = {
    place.__name__: place
    for place in (log_groups, objects, messages, state_files, descriptions, executions, process_environments)
}


def _as_text(content: bytes) -> str:
    if not content.startswith(b"PAR1"):
        return content.decode("utf-8", "replace")
    with NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as duck:
        file.write(content)
        file.flush()
        rows = fetch(duck.read_parquet(file.name))
    return "\n".join(map(str, rows))
