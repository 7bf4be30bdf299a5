"""The catalogue has the columns that the functions write, and queries are bounded, encrypted and explained."""

import json
import re

import pytest

from local.commands.catalogue import PATH, TABLES, glue_type, text
from tests.support.terraform_code import TERRAFORM, blocks, local_values, named

ANALYTICS = TERRAFORM / "modules" / "analytics"
QUERIES = sorted((ANALYTICS / "queries").glob("*.sql"))


def test_the_columns_are_the_ones_of_the_code() -> None:
    """After a change of a table of columns: python -m local.commands.catalogue"""
    assert PATH.read_text(encoding="utf-8") == text()


def test_a_column_is_in_a_table_once_and_no_column_hides_the_partition() -> None:
    for name, table in json.loads(PATH.read_text(encoding="utf-8")).items():
        columns = [column["name"] for column in table["columns"]]
        assert len(set(columns)) == len(columns), name
        assert "date" not in columns, name
        assert all(column == column.lower() for column in columns), name  # Glue's names are in lower case


def test_a_type_that_glue_does_not_know_is_refused() -> None:
    assert glue_type("DECIMAL(12,6)[]") == "array<decimal(12,6)>"
    with pytest.raises(KeyError):
        glue_type("HUGEINT")


def test_the_partitions_are_projected_by_date_as_long_as_the_objects_are_kept() -> None:
    (table,) = blocks("aws_glue_catalog_table")
    parameters = table.body["parameters"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.date.type"] == "date"
    assert parameters["projection.date.range"] == "NOW-${var.retention_days}DAYS,NOW"
    assert parameters["storage.location.template"].endswith("date=$${date}/")
    assert table.body["partition_keys"][0]["name"] == "date"
    assert named("module", TERRAFORM)["analytics"]["retention_days"] == "${var.enriched_retention_days}"
    assert [block for block in blocks() if block.type in ("aws_glue_crawler", "aws_glue_partition")] == []


def test_a_client_can_leave_neither_the_scan_limit_nor_the_encryption() -> None:
    (workgroup,) = blocks("aws_athena_workgroup")
    (configuration,) = workgroup.body["configuration"]
    assert configuration["enforce_workgroup_configuration"] is True
    assert configuration["bytes_scanned_cutoff_per_query"] == "${var.scan_limit_mib * local.mib}"
    (result,) = configuration["result_configuration"]
    assert result["encryption_configuration"] == [{"encryption_option": "SSE_KMS", "kms_key_arn": "${var.kms_key_arn}"}]


def test_the_tables_that_people_are_promised_exist() -> None:
    assert set(TABLES) == {"readings", "findings", "days", "customers", "alarms", "publications"}
    assert local_values(ANALYTICS)["tables"] == '${jsondecode(file("${path.module}/columns.json"))}'


def test_there_are_ten_saved_queries() -> None:
    assert [path.stem for path in QUERIES] == [
        "alarms_by_age",
        "corrections_by_publication",
        "coverage_by_county",
        "daily_energy_by_city",
        "estimated_share",
        "load_profile_by_type",
        "losses_of_voltage",
        "missing_by_hour",
        "peaks",
        "top_changes",
    ]


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_saved_query_explains_itself_and_reads_a_bounded_number_of_days(path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line for line in lines if line.startswith("--")]
    assert lines[: len(comment)] == comment, "the explanation comes first"
    assert sum(map(len, comment)) <= 1024, "https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html"
    sql = "\n".join(lines[len(comment) :])
    tables = re.findall(r"\b(?:FROM|JOIN) (\w+)", sql)
    read = [table for table in tables if table in TABLES]
    assert read
    bounded = re.findall(r"date BETWEEN current_date - INTERVAL '\d+' DAY AND current_date", sql)
    assert len(bounded) == len(read), "each table is read within a period"
    assert ";" not in sql
    assert set(re.findall(r"\$\{(\w+)\}", sql)) <= {"time_zone"}
