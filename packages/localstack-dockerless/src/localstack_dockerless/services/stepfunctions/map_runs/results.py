"""Writes the files of a ResultWriter: a manifest, and a file for each way in which child executions ended.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from localstack_dockerless.services.stepfunctions.map_runs.dispatch import Child, MapRun
from localstack_dockerless.services.stepfunctions.map_runs.errors import results_not_written

INCLUDED = {"Included": True}


def write_results(run: MapRun, s3: Any, bucket: str, prefix: str) -> dict[str, Any]:
    """Writes the files and the manifest. Returns the state's result. Raises `FailureEventException`."""
    folder = f"{prefix.removesuffix('/')}/" if prefix else ""
    folder += run.parent.record.map_run_arn.rpartition(":")[2]
    succeeded = [child for child in run.children if child.status == "SUCCEEDED"]
    others = [child for child in run.children if child.status != "SUCCEEDED"]
    contents = {
        "FAILED": [_ended(child) for child in others],
        "PENDING": [_pending(run, index) for index in run.pending],
        "SUCCEEDED": [_ended(child) for child in succeeded],
    }
    files = {
        kind: [{"Key": f"{folder}/{kind}_0.json", "Size": len(_encoded(entries))}] if entries else []
        for kind, entries in contents.items()
    }
    manifest = {"DestinationBucket": bucket, "MapRunArn": run.parent.record.map_run_arn, "ResultFiles": files}
    try:
        for kind, entries in contents.items():
            if entries:
                s3.put_object(Bucket=bucket, Key=f"{folder}/{kind}_0.json", Body=_encoded(entries))
        s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=_encoded(manifest))
    except ClientError as error:
        raise results_not_written(run.env, str(error)) from error
    count_written(run)
    return {
        "MapRunArn": run.parent.record.map_run_arn,
        "ResultWriterDetails": {"Bucket": bucket, "Key": f"{folder}/manifest.json"},
    }


def count_written(run: MapRun) -> None:
    """Counts the results of all child executions as written. AWS counts them without a ResultWriter too."""
    for counters in (run.parent.record.execution_counter, run.parent.record.item_counter):
        counters.results_written.offset(len(run.children) - counters.results_written.get())


def _ended(child: Child) -> dict[str, Any]:
    execution = child.execution
    entry = {
        "ExecutionArn": execution.exec_arn,
        "Input": json.dumps(execution.input_data),
        "InputDetails": INCLUDED,
        "Name": execution.name,
        "StartDate": _time(execution.start_date),
        "StateMachineArn": execution.state_machine.arn,
        "Status": child.status,
        "StopDate": _time(child.stop_date or execution.start_date),
    }
    if child.status == "SUCCEEDED":
        return entry | {"Output": json.dumps(execution.output), "OutputDetails": INCLUDED}
    given = {"Error": execution.error, "Cause": execution.cause}
    return entry | {name: value for name, value in given.items() if value is not None}


def _pending(run: MapRun, index: int) -> dict[str, Any]:
    return {"Input": json.dumps(run.input_of(index, run.items[index])), "InputDetails": INCLUDED}


def _time(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
