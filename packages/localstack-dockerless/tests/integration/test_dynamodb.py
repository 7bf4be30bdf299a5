"""DynamoDB keeps tables and items as clients and Terraform use them."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator

KEY = "record_number"
LARGEST = 10**18 - 1  # a key beyond the whole numbers that a float can hold


@pytest.fixture
def dynamodb(emulator: Emulator) -> Any:
    return emulator.client("dynamodb")


@pytest.fixture
def table(dynamodb: Any) -> Iterator[str]:
    name = f"customers-{uuid.uuid4().hex}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "N"}],
        KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
        Tags=[{"Key": "project", "Value": "example"}],
    )
    yield name
    dynamodb.delete_table(TableName=name)


def customer(number: int, **fields: Any) -> dict[str, Any]:
    item = {KEY: Decimal(number), "name": "A", "active": True, "api_key_hashes": ["a" * 64], **fields}
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def key(number: int) -> dict[str, Any]:
    return {KEY: {"N": str(number)}}


def put_many(dynamodb: Any, table: str, count: int) -> None:
    for start in range(0, count, 25):
        requests = [{"PutRequest": {"Item": customer(number)}} for number in range(start, min(start + 25, count))]
        answer = dynamodb.batch_write_item(RequestItems={table: requests})
        assert answer["UnprocessedItems"] == {}


def test_an_item_comes_back_exactly(dynamodb: Any, table: str) -> None:
    dynamodb.put_item(TableName=table, Item=customer(LARGEST, name="Ž"))
    item = plain(dynamodb.get_item(TableName=table, Key=key(LARGEST), ConsistentRead=True)["Item"])
    assert item == {
        KEY: Decimal(LARGEST), "name": "Ž", "active": True, "api_key_hashes": ["a" * 64],
    }  # fmt: skip
    assert "Item" not in dynamodb.get_item(TableName=table, Key=key(1))


def test_a_condition_that_does_not_hold_changes_nothing(dynamodb: Any, table: str) -> None:
    dynamodb.put_item(TableName=table, Item=customer(1))
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        dynamodb.put_item(
            TableName=table,
            Item=customer(1, name="other"),
            ConditionExpression=f"attribute_not_exists({KEY})",
        )
    assert plain(dynamodb.get_item(TableName=table, Key=key(1))["Item"])["name"] == "A"


def test_an_update_is_conditional_and_returns_what_is_new(dynamodb: Any, table: str) -> None:
    dynamodb.put_item(TableName=table, Item=customer(1))
    answer = dynamodb.update_item(
        TableName=table,
        Key=key(1),
        UpdateExpression="SET active = :no, #n = :name",
        ConditionExpression="active = :yes",
        ExpressionAttributeNames={"#n": "name"},
        ExpressionAttributeValues={":no": {"BOOL": False}, ":yes": {"BOOL": True}, ":name": {"S": "B"}},
        ReturnValues="ALL_NEW",
    )
    assert plain(answer["Attributes"])["active"] is False
    assert plain(answer["Attributes"])["name"] == "B"


def test_an_answer_has_what_the_request_asks_for_alone(dynamodb: Any, table: str) -> None:
    key, change = {KEY: {"N": "7"}}, {"name": {"Value": {"S": "B"}, "Action": "PUT"}}
    plain = dynamodb.update_item(TableName=table, Key=key, AttributeUpdates=change)
    assert set(plain) == {"ResponseMetadata"}
    asked = dynamodb.update_item(
        TableName=table, Key=key, AttributeUpdates=change, ReturnValues="ALL_NEW", ReturnConsumedCapacity="TOTAL"
    )
    assert (asked["Attributes"]["name"], asked["ConsumedCapacity"]["TableName"]) == ({"S": "B"}, table)
    assert set(dynamodb.delete_item(TableName=table, Key=key)) == {"ResponseMetadata"}


def test_a_query_by_key_finds_the_one_item(dynamodb: Any, table: str) -> None:
    put_many(dynamodb, table, 3)
    answer = dynamodb.query(
        TableName=table,
        KeyConditionExpression=f"{KEY} = :number",
        ExpressionAttributeValues={":number": {"N": "2"}},
    )
    assert [plain(item)[KEY] for item in answer["Items"]] == [2]


def test_batches_write_and_read_every_item(dynamodb: Any, table: str) -> None:
    put_many(dynamodb, table, 60)
    answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": [key(number) for number in range(60)]}})
    assert {int(plain(item)[KEY]) for item in answer["Responses"][table]} == set(range(60))


def test_segments_of_a_scan_share_the_table_without_overlap(dynamodb: Any, table: str) -> None:
    put_many(dynamodb, table, 100)
    seen: list[int] = []
    for segment in range(4):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=table, Segment=segment, TotalSegments=4, PaginationConfig={"PageSize": 10}
        )
        seen += [int(plain(item)[KEY]) for page in pages for item in page["Items"]]
    assert sorted(seen) == list(range(100))


def test_a_scan_filters_and_projects(dynamodb: Any, table: str) -> None:
    dynamodb.put_item(TableName=table, Item=customer(1))
    dynamodb.put_item(TableName=table, Item=customer(2, active=False))
    answer = dynamodb.scan(
        TableName=table,
        FilterExpression="active = :yes",
        ProjectionExpression=KEY,
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )
    assert [plain(item) for item in answer["Items"]] == [{KEY: Decimal(1)}]


def test_the_table_comes_back_as_terraform_writes_it(dynamodb: Any, table: str) -> None:
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    described = dynamodb.describe_table(TableName=table)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["DeletionProtectionEnabled"] is False
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires")
    tags = dynamodb.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"]
    assert tags == [{"Key": "project", "Value": "example"}]


def test_encryption_and_deletion_protection_are_kept(dynamodb: Any, table: str) -> None:
    dynamodb.update_table(
        TableName=table, SSESpecification={"Enabled": True, "SSEType": "KMS"}, DeletionProtectionEnabled=True
    )
    described = dynamodb.describe_table(TableName=table)["Table"]
    assert described["SSEDescription"]["Status"] == "ENABLED"
    assert described["DeletionProtectionEnabled"] is True
    with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
        dynamodb.delete_table(TableName=table)
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)


def test_a_table_that_is_not_there_is_named(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        dynamodb.get_item(TableName="none", Key=key(1))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"TableClass": "STANDARD_INFREQUENT_ACCESS"}, "TableClass"),
        ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}, "StreamSpecification"),
    ],
)
def test_a_setting_without_effect_is_refused(dynamodb: Any, table: str, settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match=f"{named}: not supported"):
        dynamodb.update_table(TableName=table, **settings)
