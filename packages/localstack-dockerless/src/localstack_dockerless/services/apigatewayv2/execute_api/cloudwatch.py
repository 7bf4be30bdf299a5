"""Delivers batches of log lines to LocalStack's CloudWatch Logs, and counts to its CloudWatch."""

from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.log_writer import GroupMissingError, Line
from localstack_dockerless.services.cloudwatch.metrics import Metric, record

_clients: dict[tuple[str, str], Any] = {}
_streams: set[tuple[str, str]] = set()


def deliver(group_arn: str, stream: str, lines: list[Line]) -> None:
    """Writes one batch (see `log_writer.Deliver`). One thread at a time calls it."""
    _, _, _, region, account, _, group, *_ = group_arn.split(":")
    client = _client(account, region)
    events = [{"timestamp": line.timestamp, "message": line.message} for line in lines]
    try:
        if (group_arn, stream) not in _streams:
            _make_stream(client, group, stream)
            _streams.add((group_arn, stream))
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    except ClientError as error:
        _streams.discard((group_arn, stream))
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        _deliver_anew(client, group, stream, events)


def count(exchange: Exchange, name: str, value: float, unit: str) -> None:
    """Counts a value of the stage's metric `name`.

    AWS also publishes each value under the API's id alone. LocalStack finds metrics by a part of their dimensions, and
    would count such a pair twice.
    """
    api = exchange.api
    dimensions = (("ApiId", api.id), ("Stage", exchange.matched_stage.name))
    spread = unit == "Milliseconds"
    record(Metric(api.account, api.region, "AWS/ApiGateway", name, dimensions, unit, spread), value)


def _deliver_anew(client: Any, group: str, stream: str, events: list[dict[str, Any]]) -> None:
    """Makes the stream again and writes to it, if the group exists. The stream no longer exists."""
    try:
        _make_stream(client, group, stream)
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise GroupMissingError(group) from error
        raise


def _make_stream(client: Any, group: str, stream: str) -> None:
    try:
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _client(account: str, region: str) -> Any:
    if (account, region) not in _clients:
        _clients[account, region] = connect_to(region_name=region, aws_access_key_id=account).logs
    return _clients[account, region]
