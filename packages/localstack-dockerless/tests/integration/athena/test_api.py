"""Athena's API: workgroups, saved queries, executions and results, as AWS documents them."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.athena_world import AthenaWorld


def refusal(call: Any) -> str:
    with pytest.raises(ClientError, match="InvalidRequestException") as caught:
        call()
    return str(caught.value.response["Error"]["Message"])


class TestWorkGroups:
    def test_primary_exists_from_the_start(self, athena: AthenaWorld):
        group = athena.athena.get_work_group(WorkGroup="primary")["WorkGroup"]
        assert (group["State"], group["Configuration"]["EnforceWorkGroupConfiguration"]) == ("ENABLED", False)

    def test_one_is_made_changed_and_deleted(self, athena: AthenaWorld):
        client, name = athena.athena, f"group-{uuid.uuid4().hex[:8]}"
        client.create_work_group(
            Name=name,
            Description="d",
            Tags=[{"Key": "a", "Value": "1"}],
            Configuration={
                "BytesScannedCutoffPerQuery": 20_000_000,
                "ResultConfiguration": {
                    "OutputLocation": "s3://bucket/r/",
                    "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
                },
            },
        )
        made = client.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
        assert made["EnforceWorkGroupConfiguration"]
        assert made["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
        client.update_work_group(
            WorkGroup=name,
            State="DISABLED",
            ConfigurationUpdates={
                "RemoveBytesScannedCutoffPerQuery": True,
                "ResultConfigurationUpdates": {
                    "RemoveEncryptionConfiguration": True,
                    "OutputLocation": "s3://bucket/s/",
                },
            },
        )
        changed = client.get_work_group(WorkGroup=name)["WorkGroup"]
        assert changed["State"] == "DISABLED"
        assert changed["Configuration"]["ResultConfiguration"] == {"OutputLocation": "s3://bucket/s/"}
        assert "BytesScannedCutoffPerQuery" not in changed["Configuration"]
        assert "disabled" in refusal(lambda: athena.start("SELECT 1", WorkGroup=name))
        arn = f"arn:aws:athena:eu-central-1:000000000000:workgroup/{name}"
        client.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
        client.untag_resource(ResourceARN=arn, TagKeys=["a"])
        assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
        client.delete_work_group(WorkGroup=name)
        assert "was not found" in refusal(lambda: client.get_work_group(WorkGroup=name))

    def test_one_with_a_saved_query_is_deleted_recursively_only(self, athena: AthenaWorld):
        client, name = athena.athena, f"group-{uuid.uuid4().hex[:8]}"
        client.create_work_group(Name=name)
        client.create_named_query(Name="q", Database="d", QueryString="SELECT 1", WorkGroup=name)
        assert "is not empty" in refusal(lambda: client.delete_work_group(WorkGroup=name))
        client.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)

    def test_settings_that_cannot_be_honoured_are_named(self, athena: AthenaWorld):
        def make(**configuration: Any) -> Any:
            return lambda: athena.athena.create_work_group(Name="refused", Configuration=configuration)

        assert "RequesterPaysEnabled" in refusal(make(RequesterPaysEnabled=True))
        assert "engine version 2" in refusal(make(EngineVersion={"SelectedEngineVersion": "Athena engine version 2"}))
        assert "no valid s3:// location" in refusal(make(ResultConfiguration={"OutputLocation": "https://bucket"}))


def test_a_saved_query_is_kept_changed_listed_and_deleted(athena: AthenaWorld):
    client = athena.athena
    given = {"Name": "daily", "Database": athena.name, "QueryString": "SELECT 1", "WorkGroup": athena.name}
    token = uuid.uuid4().hex
    made = client.create_named_query(**given, Description="d", ClientRequestToken=token)["NamedQueryId"]
    again = client.create_named_query(**given, Description="d", ClientRequestToken=token)["NamedQueryId"]
    assert made == again
    assert client.get_named_query(NamedQueryId=made)["NamedQuery"] == {
        **given,
        "Description": "d",
        "NamedQueryId": made,
    }
    assert made in client.list_named_queries(WorkGroup=athena.name)["NamedQueryIds"]
    client.update_named_query(NamedQueryId=made, Name="daily", QueryString="SELECT 2")
    found = client.batch_get_named_query(NamedQueryIds=[made, "none"])
    assert [each["QueryString"] for each in found["NamedQueries"]] == ["SELECT 2"]
    assert [each["NamedQueryId"] for each in found["UnprocessedNamedQueryIds"]] == ["none"]
    client.delete_named_query(NamedQueryId=made)
    assert "was not found" in refusal(lambda: client.get_named_query(NamedQueryId=made))


class TestExecutions:
    def test_one_shows_its_query_its_result_and_its_statistics(self, athena: AthenaWorld):
        execution = athena.run("SELECT number FROM readings WHERE date = '2024-01-02'")
        assert execution["Status"]["State"] == "SUCCEEDED"
        assert (execution["StatementType"], execution["WorkGroup"]) == ("DML", athena.name)
        location = f"s3://{athena.results}/queries/{execution['QueryExecutionId']}.csv"
        assert execution["ResultConfiguration"]["OutputLocation"] == location
        assert execution["Statistics"]["DataScannedInBytes"] > 0
        rows = athena.athena.get_query_runtime_statistics(QueryExecutionId=execution["QueryExecutionId"])
        assert rows["QueryRuntimeStatistics"]["Rows"]["OutputRows"] == 10
        assert (
            execution["QueryExecutionId"]
            in athena.athena.list_query_executions(WorkGroup=athena.name)["QueryExecutionIds"]
        )
        batch = athena.athena.batch_get_query_execution(QueryExecutionIds=[execution["QueryExecutionId"], "none"])
        assert len(batch["QueryExecutions"]) == len(batch["UnprocessedQueryExecutionIds"]) == 1

    def test_the_result_is_csv_as_athena_writes_it(self, athena: AthenaWorld):
        execution = athena.run("""SELECT x, 1 AS "Big", '' AS none FROM (VALUES 'a,"b', NULL) AS t(x)""")
        key = f"queries/{execution['QueryExecutionId']}.csv"
        body = athena.s3.get_object(Bucket=athena.results, Key=key)["Body"].read()
        assert body == b'"x","Big","none"\n"a,""b","1",""\n,"1",""\n'

    def test_the_result_has_types_and_pages(self, athena: AthenaWorld):
        execution = athena.run("SELECT n, CAST(n AS decimal(10,2)) AS d FROM UNNEST(sequence(1, 5)) AS t(n)")
        client, identifier = athena.athena, execution["QueryExecutionId"]
        first = client.get_query_results(QueryExecutionId=identifier, MaxResults=2)
        columns = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        assert [(each["Name"], each["Type"], each["Precision"], each["Scale"]) for each in columns] == [
            ("n", "bigint", 19, 0),
            ("d", "decimal", 10, 2),
        ]
        assert [row["Data"][0]["VarCharValue"] for row in first["ResultSet"]["Rows"]] == ["n", "1"]
        second = client.get_query_results(QueryExecutionId=identifier, MaxResults=2, NextToken=first["NextToken"])
        assert [row["Data"][1]["VarCharValue"] for row in second["ResultSet"]["Rows"]] == ["2.00", "3.00"]
        assert "NextToken" not in client.get_query_results(QueryExecutionId=identifier)

    def test_a_page_may_begin_after_any_row(self, athena: AthenaWorld):
        texts = "'čć', 'two\nlines', 'a\"b', '', NULL, 'last\r'"
        sql = f"SELECT x FROM UNNEST(ARRAY[{texts}]) WITH ORDINALITY AS t(x, place) ORDER BY place"  # noqa: S608
        identifier = athena.run(sql)["QueryExecutionId"]
        pages = athena.athena.get_paginator("get_query_results").paginate(
            QueryExecutionId=identifier, PaginationConfig={"PageSize": 1}
        )
        rows = [row["Data"] for each in pages for row in each["ResultSet"]["Rows"]]
        values = [data[0].get("VarCharValue") for data in rows]
        assert values == ["x", "čć", "two\nlines", 'a"b', "", None, "last\r"]

    def test_a_value_of_null_is_left_out(self, athena: AthenaWorld):
        assert athena.table_of("SELECT NULL AS a, 1 AS b") == [["a", "b"], [None, "1"]]
        assert athena.table_of("SELECT x FROM (VALUES NULL, '') AS t(x) ORDER BY x") == [["x"], [""], [None]]

    def test_parameters_take_the_place_of_question_marks(self, athena: AthenaWorld):
        sql = "SELECT count(*), '?' FROM readings WHERE date = ? AND place < ? -- ?"
        assert athena.rows(sql, ExecutionParameters=["'2024-01-02'", "3"]) == [["3", "?"]]
        assert "expected 2 but found 1" in refusal(lambda: athena.start(sql, ExecutionParameters=["1"]))
        assert "no literal" in refusal(lambda: athena.start(sql, ExecutionParameters=["1", "1 OR TRUE"]))

    def test_the_same_token_starts_one_query(self, athena: AthenaWorld):
        token = uuid.uuid4().hex
        first = athena.start("SELECT 1", ClientRequestToken=token)
        assert athena.start("SELECT 1", ClientRequestToken=token) == first
        assert "Idempotent" in refusal(lambda: athena.start("SELECT 2", ClientRequestToken=token))

    def test_a_query_that_takes_long_can_be_stopped(self, athena: AthenaWorld):
        numbers = "UNNEST(sequence(1, 3000))"
        sql = f"SELECT count(*) FROM {numbers} a(x), {numbers} b(y), {numbers} c(z), {numbers} d(w) WHERE x + y + z = w"  # noqa: S608
        identifier = athena.start(sql)
        athena.athena.stop_query_execution(QueryExecutionId=identifier)
        assert athena.ended(identifier)["Status"]["State"] == "CANCELLED"
        message = refusal(lambda: athena.athena.get_query_results(QueryExecutionId=identifier))
        assert "Query did not finish successfully. Final query state: CANCELLED" in message
        assert athena.rows("SELECT 1") == [["1"]]

    def test_one_without_a_result_location_is_refused(self, athena: AthenaWorld):
        message = refusal(lambda: athena.start("SELECT 1", WorkGroup="primary"))
        assert "No output location provided" in message
        given = {"OutputLocation": f"s3://{athena.results}/own"}
        execution = athena.run("SELECT 1", WorkGroup="primary", ResultConfiguration=given)
        assert execution["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{athena.results}/own/")

    def test_a_workgroup_overrides_the_result_location_of_a_query(self, athena: AthenaWorld):
        execution = athena.run("SELECT 1", ResultConfiguration={"OutputLocation": f"s3://{athena.results}/own"})
        assert execution["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{athena.results}/queries/")

    @pytest.mark.parametrize(
        ("sql", "named"),
        [
            ("SELEC 1", "line 1:"),
            ("SELECT 1; SELECT 2", "Only one sql statement"),
            ("", "empty"),
            ("INSERT INTO readings VALUES (1)", "INSERT INTO"),
            ("CREATE TABLE t AS SELECT 1", "CREATE"),
            ("UNLOAD (SELECT 1) TO 's3://b/'", "UNLOAD"),
            ("DROP TABLE readings", "DROP"),
            ("MSCK REPAIR TABLE readings", "MSCK REPAIR TABLE"),
            ("PREPARE p FROM SELECT 1", "PREPARE"),
            ("USING EXTERNAL FUNCTION f(x INT) RETURNS INT LAMBDA 'l' SELECT f(1)", "user-defined functions"),
        ],
    )
    def test_what_is_no_query_is_refused_by_its_name(self, athena: AthenaWorld, sql: str, named: str):
        assert named in refusal(lambda: athena.start(sql or " "))

    def test_reuse_of_results_is_refused(self, athena: AthenaWorld):
        reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
        assert "ResultReuse" in refusal(lambda: athena.start("SELECT 1", ResultReuseConfiguration=reuse))


def test_the_catalogue_is_shown(athena: AthenaWorld):
    assert [athena.name] in athena.rows_of_text("SHOW DATABASES")
    assert athena.rows_of_text("SHOW TABLES 'read*'") == [["readings"]]
    assert ["date"] in athena.rows_of_text("SHOW COLUMNS IN readings")
    described = [[each.strip() for each in row if each] for row in athena.rows_of_text("DESCRIBE readings")]
    assert ["kwh", "double", ""] in described
    assert ["# Partition Information"] in [row[:1] for row in described]
    table = athena.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=athena.name, TableName="readings"
    )["TableMetadata"]
    assert [each["Name"] for each in table["PartitionKeys"]] == ["date"]
    listed = athena.athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert athena.name in [each["Name"] for each in listed]


def test_information_schema_shows_the_catalogue(athena: AthenaWorld):
    here = f"WHERE table_schema = '{athena.name}' AND table_name = 'readings'"
    assert athena.rows(f"SELECT table_type FROM information_schema.tables {here}") == [["BASE TABLE"]]  # noqa: S608
    columns = f"SELECT column_name, data_type FROM information_schema.columns {here} ORDER BY ordinal_position"  # noqa: S608
    assert athena.rows(columns)[-3:] == [["codes", "array(varchar)"], ["later", "bigint"], ["date", "varchar"]]
    assert [athena.name] in athena.rows("SELECT schema_name FROM information_schema.schemata")


def test_an_error_names_what_is_missing(athena: AthenaWorld):
    missing = f"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{athena.name}.nothing' does not exist"
    assert athena.failure("SELECT * FROM nothing") == missing
    assert athena.failure("SELECT * FROM nowhere.t") == "SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist"
    assert (
        athena.failure("SELECT watts FROM readings") == "COLUMN_NOT_FOUND: line 1:8: Column 'watts' cannot be resolved"
    )
    assert "Schema must be specified" in athena.failure("SELECT * FROM readings", QueryExecutionContext={})
    assert json.dumps(athena.failure("SELECT * FROM other.db.t")).count("AwsDataCatalog") == 1
