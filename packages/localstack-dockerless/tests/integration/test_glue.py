"""Glue's data catalogue keeps databases, tables, versions and partitions, with AWS's names and errors."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.athena_world import PARQUET
from dockerless_testing.emulator import Emulator

ACCOUNT = "000000000000"


@pytest.fixture
def glue(emulator: Emulator) -> Any:
    return emulator.client("glue")


@pytest.fixture
def database(glue: Any) -> Iterator[str]:
    name = f"energy_{uuid.uuid4().hex[:10]}"
    glue.create_database(DatabaseInput={"Name": name.upper(), "Description": "d"}, Tags={"a": "1"})
    yield name
    glue.delete_database(Name=name)


def table(name: str, **more: Any) -> dict[str, Any]:
    storage = {**PARQUET, "Location": "s3://b/p/", "Columns": [{"Name": "a", "Type": "int"}]}
    keys = [{"Name": "day", "Type": "string"}]
    return {"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage, "PartitionKeys": keys, **more}


def test_a_database_has_its_name_in_lower_case_and_its_tags(glue: Any, database: str):
    found = glue.get_database(Name=database.upper())["Database"]
    assert (found["Name"], found["Description"], found["CatalogId"]) == (database, "d", ACCOUNT)
    arn = f"arn:aws:glue:eu-central-1:{ACCOUNT}:database/{database}"
    glue.tag_resource(ResourceArn=arn, TagsToAdd={"b": "2"})
    glue.untag_resource(ResourceArn=arn, TagsToRemove=["a"])
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"b": "2"}
    glue.update_database(Name=database, DatabaseInput={"Name": database, "Parameters": {"p": "1"}})
    assert glue.get_database(Name=database)["Database"]["Parameters"] == {"p": "1"}
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        glue.create_database(DatabaseInput={"Name": database})


def test_a_table_keeps_its_versions_and_partitions(glue: Any, database: str):
    glue.create_table(DatabaseName=database, TableInput=table("Readings", Parameters={"v": "1"}))
    glue.update_table(DatabaseName=database, TableInput=table("readings", Parameters={"v": "2"}))
    found = glue.get_table(DatabaseName=database, Name="READINGS")["Table"]
    assert (found["Name"], found["Parameters"], found["VersionId"]) == ("readings", {"v": "2"}, "2")
    assert found["StorageDescriptor"]["SerdeInfo"] == PARQUET["SerdeInfo"]
    assert len(glue.get_table_versions(DatabaseName=database, TableName="readings")["TableVersions"]) == 2
    where = {"DatabaseName": database, "TableName": "readings"}
    storage = found["StorageDescriptor"]
    for day in ("1", "2", "3"):
        glue.create_partition(**where, PartitionInput={"Values": [day], "StorageDescriptor": storage})
    first = glue.get_partitions(**where, MaxResults=2)
    second = glue.get_partitions(**where, MaxResults=2, NextToken=first["NextToken"])
    assert [each["Values"] for each in (*first["Partitions"], *second["Partitions"])] == [["1"], ["2"], ["3"]]
    assert [each["Values"] for each in glue.get_partitions(**where, Expression="day > '2'")["Partitions"]] == [["3"]]
    assert glue.get_partition_indexes(**where)["PartitionIndexDescriptorList"] == []
    glue.delete_table(DatabaseName=database, Name="readings")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_table(DatabaseName=database, Name="readings")


def test_what_would_not_work_is_refused_by_its_name(glue: Any, database: str):
    indexes = [{"Keys": ["day"], "IndexName": "i"}]
    with pytest.raises(ClientError, match="PartitionIndexes"):
        glue.create_table(DatabaseName=database, TableInput=table("t"), PartitionIndexes=indexes)
    with pytest.raises(ClientError, match="ViewDefinition"):
        glue.create_table(DatabaseName=database, TableInput=table("t", ViewDefinition={"IsProtected": False}))
    assert glue.get_tables(DatabaseName=database)["TableList"] == []
    with pytest.raises(ClientError, match="was not found"):
        glue.get_tags(ResourceArn=f"arn:aws:glue:eu-central-1:{ACCOUNT}:table/{database}/none")
