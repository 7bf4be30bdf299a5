"""Athena reads Parquet by Glue's tables: partitions, projection, types, the bytes that it scans."""

from typing import Any

import pytest

from dockerless_testing.athena_world import COLUMNS, DAYS, READINGS, AthenaWorld


def scanned(athena: AthenaWorld, sql: str) -> int:
    execution = athena.run(sql)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return int(execution["Statistics"]["DataScannedInBytes"])


class TestProjection:
    def test_every_day_of_the_range_is_read(self, athena: AthenaWorld):
        assert athena.rows("SELECT date, count(*) FROM readings GROUP BY date ORDER BY 1") == [
            [day, "10"] for day in DAYS
        ]

    @pytest.mark.parametrize(
        "condition",
        [
            "date = '2024-01-02'",
            "'2024-01-02' = date",
            "date IN ('2024-01-02', '2031-01-01')",
            "date BETWEEN '2024-01-02' AND '2024-01-02'",
            "date >= '2024-01-02' AND date < '2024-01-03' AND kwh >= 0",
            "substr(date, 9) = '02'",
            "CAST(date AS date) = DATE '2024-01-02'",
        ],
    )
    def test_a_condition_reads_one_partition(self, athena: AthenaWorld, condition: str):
        whole = scanned(athena, "SELECT sum(kwh) FROM readings")
        assert athena.rows(f"SELECT count(*), sum(kwh) FROM readings WHERE {condition}") == [["10", "22.5"]]  # noqa: S608
        assert scanned(athena, f"SELECT sum(kwh) FROM readings WHERE {condition}") * 5 == whole  # noqa: S608

    def test_a_condition_of_an_outer_join_drops_no_row(self, athena: AthenaWorld):
        join = "FROM readings a LEFT JOIN readings b ON a.number = b.number AND b.date = '2024-01-02'"
        where = "WHERE a.date = '2024-01-01' AND b.date IS NULL"
        assert athena.rows(f"SELECT count(*) {join} WHERE a.date = '2024-01-01' AND b.kwh IS NOT NULL") == [["10"]]
        assert athena.rows(f"SELECT count(*) {join} {where}") == [["0"]]

    def test_integers_enumerations_and_a_template(self, athena: AthenaWorld):
        for kind in ("HH", "I"):
            for hour in (7, 8):
                athena.put(f"by-hour/{kind}/h{hour:02}/x.parquet", READINGS.format(day="2024-01-01"))
        projection = {
            "kind": {"type": "enum", "values": "HH,I,P"},
            "hour": {"type": "integer", "range": "0,23", "digits": "2"},
        }
        keys = {"kind": "string", "hour": "int"}
        athena.table("by_hour", COLUMNS, keys, projection, "by-hour/${kind}/h${hour}/")
        counts = "SELECT kind, hour, count(*) FROM by_hour WHERE hour > 7 OR kind = 'I' GROUP BY 1, 2 ORDER BY 1, 2"
        assert athena.rows(counts) == [["HH", "8", "10"], ["I", "7", "10"], ["I", "8", "10"]]

    def test_an_injected_column_needs_a_constant(self, athena: AthenaWorld):
        athena.put("injected/day=2024-01-01/x.parquet", READINGS.format(day="2024-01-01"))
        athena.table("injected", COLUMNS, {"day": "string"}, {"day": {"type": "injected"}})
        assert athena.rows("SELECT count(*) FROM injected WHERE day = '2024-01-01'") == [["10"]]
        assert athena.rows("SELECT count(*) FROM injected WHERE day IN ('2024-01-01', 'x')") == [["10"]]
        assert "static equality conditions" in athena.failure("SELECT count(*) FROM injected")

    def test_a_wrong_projection_is_named(self, athena: AthenaWorld):
        athena.table("wrong", COLUMNS, {"day": "string"}, {"day": {"type": "date", "range": "a,b", "format": "yyyy"}})
        assert "the partition column day is wrong: its range" in athena.failure("SELECT * FROM wrong")


def test_partitions_of_the_catalogue_are_read(athena: AthenaWorld):
    athena.table("listed", COLUMNS, {"date": "date"})
    table = athena.glue.get_table(DatabaseName=athena.name, Name="listed")["Table"]["StorageDescriptor"]
    for day in DAYS[:2]:
        storage = {**table, "Location": f"s3://{athena.data}/readings/date={day}/"}
        athena.glue.create_partition(
            DatabaseName=athena.name, TableName="listed", PartitionInput={"Values": [day], "StorageDescriptor": storage}
        )
    sql = "SELECT date, count(*) FROM listed WHERE date > DATE '2024-01-01' GROUP BY date"
    assert athena.rows(sql) == [["2024-01-02", "10"]]
    assert athena.rows_of_text("SHOW PARTITIONS listed") == [[f"date={day}"] for day in DAYS[:2]]


def test_the_types_of_the_catalogue_hold(athena: AthenaWorld):
    sql = "SELECT * FROM readings WHERE date = '2024-01-01' AND place < 2 ORDER BY place"
    assert athena.table_of(sql) == [
        [*COLUMNS, "date"],
        ["M0", "0.0", "2024-01-01 00:00:00.000", "0", "Split", "[A, B]", None, "2024-01-01"],
        ["M1", "0.5", "2024-01-01 00:15:00.000", "1", None, "[A, B]", None, "2024-01-01"],
    ]
    athena.put("mistyped/x.parquet", "SELECT 'a' AS place, 1 AS other")
    athena.table("mistyped", {"place": "int", "other": "int"})
    assert athena.rows("SELECT other FROM mistyped") == [["1"]]
    assert "HIVE_BAD_DATA: Field place's type VARCHAR" in athena.failure("SELECT place FROM mistyped")


def test_instants_are_cut_to_milliseconds_in_utc(athena: AthenaWorld):
    athena.put("instants/x.parquet", "SELECT TIMESTAMPTZ '2024-06-01 00:00:00.1235+02' AS t")
    athena.table("instants", {"t": "timestamp"})
    assert athena.rows("SELECT t FROM instants") == [["2024-05-31 22:00:00.124"]]


def test_hidden_and_foreign_objects(athena: AthenaWorld):
    athena.put("hidden/x.parquet", "SELECT 1 AS n")
    for key in ("hidden/_SUCCESS", "hidden/.x.crc", "hidden/_temporary/x.parquet"):
        athena.s3.put_object(Bucket=athena.data, Key=key, Body=b"no Parquet")
    athena.table("hidden", {"n": "int"})
    assert athena.rows("SELECT n FROM hidden") == [["1"]]
    athena.s3.put_object(Bucket=athena.data, Key="hidden/y.parquet", Body=b"no Parquet at all")
    assert "HIVE_BAD_DATA: Not valid Parquet" in athena.failure("SELECT n FROM hidden")


def test_a_changed_object_is_read_again(athena: AthenaWorld):
    athena.table("changed", {"n": "int"})
    for number in (1, 2):
        athena.put("changed/x.parquet", f"SELECT {number} AS n")
        assert athena.rows("SELECT n FROM changed") == [[str(number)]]


def test_other_formats_are_refused_by_their_name(athena: AthenaWorld):
    storage: dict[str, Any] = {"Location": f"s3://{athena.data}/csv/", "Columns": [{"Name": "a", "Type": "string"}]}
    storage["SerdeInfo"] = {"SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde"}
    table = {"Name": "csv", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage}
    athena.glue.create_table(DatabaseName=athena.name, TableInput=table)
    assert "OpenCSVSerde" in athena.failure("SELECT * FROM csv")


def test_a_query_beyond_the_scan_limit_is_cancelled(athena: AthenaWorld):
    athena.put("large/x.parquet", "SELECT random() AS a, 1 AS b FROM range(2000000)")
    athena.table("large", {"a": "double", "b": "int"})
    limit = {"BytesScannedCutoffPerQuery": 10_000_000}
    athena.athena.update_work_group(WorkGroup=athena.name, ConfigurationUpdates=limit)
    try:
        status = athena.run("SELECT sum(a) FROM large")["Status"]
        assert (status["State"], status["StateChangeReason"]) == (
            "CANCELLED",
            "Query cancelled! : Bytes scanned limit was exceeded",
        )
        assert athena.rows("SELECT sum(b) FROM large") == [["2000000"]]
    finally:
        removal = {"RemoveBytesScannedCutoffPerQuery": True}
        athena.athena.update_work_group(WorkGroup=athena.name, ConfigurationUpdates=removal)
