"""Stands in for Athena and Glue, with the shapes of their answers."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from tests.unit.lambdas.examples import NOW
from tests.unit.lambdas.fakes import client_error

IDENT = "4f0c1a5e-0000-4000-8000-000000000001"


class FakeAthena:
    """One query at a time. `rows` are its result, and the first page has `page` rows at most."""

    def __init__(self) -> None:
        self.state, self.reason, self.sql = "SUCCEEDED", "", ""
        self.columns = [("date", "date"), ("city", "varchar"), ("kwh", "decimal(38,6)")]
        self.rows: list[list[str | None]] = []
        self.refused = ""
        self.stopped: list[str] = []
        self.page = 1_000

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        assert request["WorkGroup"] == "energy"
        assert request["QueryExecutionContext"] == {"Database": "energy_db"}
        if self.refused:
            error = client_error("InvalidRequestException", "StartQueryExecution")
            error.response["Error"]["Message"] = self.refused
            raise error
        self.sql = request["QueryString"]
        return {"QueryExecutionId": IDENT}

    def get_query_execution(self, **request: Any) -> dict[str, Any]:
        if request["QueryExecutionId"] != IDENT:
            raise client_error("InvalidRequestException", "GetQueryExecution")
        return {"QueryExecution": self._execution()}

    def stop_query_execution(self, **request: Any) -> None:
        self.stopped.append(request["QueryExecutionId"])
        self.state = "CANCELLED"

    def get_query_results(self, **request: Any) -> dict[str, Any]:
        rows: list[list[str | None]] = [[name for name, _ in self.columns], *self.rows]
        start, most = int(request.get("NextToken", "0")), min(request["MaxResults"], self.page)
        shown = rows[start : start + most]
        found: dict[str, Any] = {
            "ResultSet": {
                "Rows": [
                    {"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in shown
                ],
                "ResultSetMetadata": {"ColumnInfo": [{"Name": name, "Type": kind} for name, kind in self.columns]},
            }
        }
        return found | ({"NextToken": str(start + most)} if start + most < len(rows) else {})

    def list_query_executions(self, **_request: Any) -> dict[str, Any]:
        return {"QueryExecutionIds": [IDENT] if self.sql else []}

    def batch_get_query_execution(self, **_request: Any) -> dict[str, Any]:
        return {"QueryExecutions": [self._execution()]}

    def batch_get_named_query(self, **request: Any) -> dict[str, Any]:
        return {
            "NamedQueries": [
                {"NamedQueryId": each, "Name": f"Name {each}", "Description": "Why", "QueryString": f"SELECT '{each}'"}
                for each in request["NamedQueryIds"]
            ]
        }

    def get_paginator(self, operation: str) -> SimpleNamespace:
        assert operation == "list_named_queries"
        return SimpleNamespace(paginate=lambda **_: [{"NamedQueryIds": ["b"]}, {"NamedQueryIds": ["a"]}])

    def _execution(self) -> dict[str, Any]:
        over = self.state not in ("QUEUED", "RUNNING")
        status = {"State": self.state, "SubmissionDateTime": datetime(2026, 11, 1, 11, 59, 58, tzinfo=UTC)}
        return {
            "QueryExecutionId": IDENT,
            "Query": self.sql,
            "Status": status | ({"CompletionDateTime": NOW} if over else {}) | {"StateChangeReason": self.reason},
            "Statistics": {"DataScannedInBytes": 12_345_678},
        }


class FakeGlue:
    """One table with a partition."""

    def get_paginator(self, operation: str) -> SimpleNamespace:
        assert operation == "get_tables"
        table = {
            "Name": "readings",
            "StorageDescriptor": {"Columns": [{"Name": "consumption_kwh", "Type": "decimal(12,6)"}]},
            "PartitionKeys": [{"Name": "date", "Type": "date"}],
        }
        return SimpleNamespace(paginate=lambda **_: [{"TableList": [table]}])
