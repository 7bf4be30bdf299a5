"""Delivers matching log events to the destinations of subscription filters: Lambda, Kinesis and Firehose.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html

LocalStack 4.14.0 looks up the function in the name of the logs service, which IAM denies. A group's second filter gets
only events that the first filter matched. PutLogEvents is answered with a destination's error.
"""

import base64
import gzip
import json
import logging
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.api import CommonServiceException
from localstack.aws.connect import connect_to
from moto.logs.exceptions import InvalidParameterException

from localstack_dockerless.iam.acting import act_for
from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import service
from localstack_dockerless.services.logs.filter_pattern import compile_pattern

LOG = logging.getLogger(__name__)
RETRIES = (0.5, 1.0)
DESTINATION = re.compile(r"arn:aws:(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>\d{12}):(?P<resource>.+)")
NOT_EXECUTED = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
    "function."
)
CONTROL_TEXT = "CWL CONTROL MESSAGE: Checking health of destination {}."


def source_arn(group: Any) -> str:
    return f"arn:aws:logs:{group.region}:{group.account_id}:log-group:{group.name}:*"


def check_destination(group: Any, destination: str, role: str | None) -> None:
    """Raises AWS's errors if the destination does not take the events."""
    found = DESTINATION.fullmatch(destination)
    if found is None:
        raise InvalidParameterException(f"{destination} is no ARN of a destination")
    match found["service"]:
        case "lambda":
            _check_function(group, destination, role)
        case "kinesis" | "firehose" as vendor:
            _check_stream(group, destination, role, vendor)
        case vendor:
            message = f"PutSubscriptionFilter with a destination of {vendor} is not supported by this emulator."
            raise CommonServiceException("InternalFailure", message, status_code=501)


def _check_function(group: Any, destination: str, role: str | None) -> None:
    if role:
        raise InvalidParameterException("destinationArn for vendor lambda cannot be used with roleArn")
    _, _, _, region, account, _ = destination.split(":", 5)
    logs = service("logs.amazonaws.com", group.account_id)
    source = {"aws:sourcearn": source_arn(group), "aws:sourceaccount": group.account_id}
    try:
        connect_to(aws_access_key_id=account, region_name=region).lambda_.get_function(FunctionName=destination)
        authorize(logs, Need("lambda:InvokeFunction", destination), region, source)
    except (ClientError, DeniedError) as error:
        raise InvalidParameterException(NOT_EXECUTED) from error


def _check_stream(group: Any, destination: str, role: str | None, vendor: str) -> None:
    """Sends a first message to the stream, as AWS does."""
    if not role:
        raise InvalidParameterException(f"destinationArn for vendor {vendor} cannot be used without roleArn")
    kind = {"kinesis": "Kinesis", "firehose": "Firehose"}[vendor]
    data = {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [{"id": "", "timestamp": group.creation_time, "message": CONTROL_TEXT.format(kind)}],
    }
    try:
        _send(group, destination, role, data)
    except (ClientError, BotoCoreError) as error:
        raise InvalidParameterException(
            f"Could not deliver test message to specified {kind} stream. Check if the given {kind} stream is in "
            f"ACTIVE state. ({error})"
        ) from error


def deliver(stream: Any, events: Sequence[Any]) -> None:
    """Delivers the events that each filter of the stream's group matches, in a thread, and returns at once."""
    group = stream.log_group
    for each in list(group.subscription_filters.values()):
        matches = compile_pattern(each.filter_pattern or "")
        taken = [event for event in events if matches(event.message)]
        if taken:
            data = {
                "messageType": "DATA_MESSAGE",
                "owner": group.account_id,
                "logGroup": group.name,
                "logStream": stream.log_stream_name,
                "subscriptionFilters": [each.name],
                "logEvents": [
                    {"id": str(event.event_id), "timestamp": event.timestamp, "message": event.message}
                    for event in taken
                ],
            }
            _workers().submit(_deliver, group, each.destination_arn, each.role_arn, data)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="log-subscriptions")


def _deliver(group: Any, destination: str, role: str | None, data: dict[str, Any]) -> None:
    for pause in (*RETRIES, None):
        try:
            _send(group, destination, role, data)
        except (ClientError, BotoCoreError) as error:
            if pause is None:
                LOG.warning("%s did not take log events of %s: %s", destination, group.name, error)
            else:
                threading.Event().wait(pause)
        else:
            return


def _send(group: Any, destination: str, role: str | None, data: dict[str, Any]) -> None:
    packed = gzip.compress(json.dumps(data, separators=(",", ":")).encode())
    _, _, vendor, region, account, resource = destination.split(":", 5)
    if role:
        act_for("logs", source_arn(group))
        clients = connect_to.with_assumed_role(
            role_arn=role, service_principal="logs", region_name=region, session_name="logs-subscription"
        )
    else:
        clients = connect_to(aws_access_key_id=account, region_name=region)
    client = clients.get_client(vendor).request_metadata(source_arn=source_arn(group), service_principal="logs")
    name = resource.rpartition("/")[2]
    match vendor:
        case "lambda":
            event = {"awslogs": {"data": base64.b64encode(packed).decode()}}
            client.invoke(FunctionName=destination, InvocationType="Event", Payload=json.dumps(event))
        case "kinesis":
            client.put_record(StreamName=name, Data=packed, PartitionKey=data["logStream"] or "control")
        case "firehose":
            client.put_record(DeliveryStreamName=name, Record={"Data": packed})
