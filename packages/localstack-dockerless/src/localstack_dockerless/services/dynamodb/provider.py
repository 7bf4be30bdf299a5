"""Provides DynamoDB with moto's tables and items. It refuses or completes the settings that moto ignores.

Items stay after their time to live is over. On AWS their deletion can take days.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.dynamodb.models import dynamodb_backends

from localstack_dockerless.services.moto_provider import moto_provider

# moto would accept these and write to an S3 or Kinesis that is not LocalStack's.
NOT_EMULATED = (
    "ExportTableToPointInTime", "ImportTable", "EnableKinesisStreamingDestination", "CreateGlobalTable",
    "UpdateGlobalTable",
)  # fmt: skip
IGNORED_BY_MOTO = ("ReplicaUpdates", "OnDemandThroughput", "ResourcePolicy", "GlobalTableWitnessUpdates")


class DynamoDbProvider(moto_provider("dynamodb", refused=NOT_EMULATED)):  # type: ignore[misc]  # see there
    """Answers the API. See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ for each operation."""

    @handler("CreateTable", expand=False)
    def create_table(self, context: RequestContext, request: dict[str, Any]) -> Any:
        _check(request)
        return call_moto(context)

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: dict[str, Any]) -> Any:
        _check(request)
        if encryption := request.get("SSESpecification"):
            table = dynamodb_backends[context.account_id][context.region].get_table(request["TableName"])
            table.sse_specification = {"KMSMasterKeyId": _default_key(table, context), **encryption}
        return call_moto(context)

    @handler("UpdateItem", expand=False)
    def update_item(self, context: RequestContext, request: dict[str, Any]) -> Any:
        return _asked_for(request, call_moto(context))

    @handler("DeleteItem", expand=False)
    def delete_item(self, context: RequestContext, request: dict[str, Any]) -> Any:
        return _asked_for(request, call_moto(context))


def _asked_for(request: dict[str, Any], answer: Any) -> Any:
    """Returns the answer without what the request did not ask for. moto gives some of it always."""
    for part, option in (("Attributes", "ReturnValues"), ("ConsumedCapacity", "ReturnConsumedCapacity")):
        if request.get(option, "NONE") == "NONE":
            answer.pop(part, None)
    return answer


def _check(request: dict[str, Any]) -> None:
    asked = [name for name in IGNORED_BY_MOTO if request.get(name)]
    if request.get("TableClass", "STANDARD") != "STANDARD":
        asked.append("TableClass")
    if (request.get("StreamSpecification") or {}).get("StreamEnabled"):
        asked.append("StreamSpecification")
    if asked:
        raise CommonServiceException(
            "ValidationException", f"{', '.join(asked)}: not supported by this emulator's DynamoDB."
        )


def _default_key(table: Any, context: RequestContext) -> Any:
    find = table._get_default_encryption_key  # noqa: SLF001 -- the key that moto uses for a new table
    return find(context.account_id, context.region)
