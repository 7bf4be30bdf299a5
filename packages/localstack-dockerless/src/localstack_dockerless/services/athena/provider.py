"""Provides Athena. `runner.py` runs the queries. An operation that is not here gets a 501 that names it.

See https://docs.aws.amazon.com/athena/latest/APIReference/ for each operation.
"""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.spec import load_service
from localstack.state import StateVisitor

from localstack_dockerless.services.athena import caller, data_catalogs, executions, named_queries, tags, work_groups
from localstack_dockerless.services.athena.errors import invalid
from localstack_dockerless.services.athena.pages import page
from localstack_dockerless.services.athena.store import SUCCEEDED, AthenaStore, athena_stores
from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]
KEPT = (
    "CreateWorkGroup", "GetWorkGroup", "ListWorkGroups", "UpdateWorkGroup", "DeleteWorkGroup", "ListEngineVersions",
    "TagResource", "UntagResource", "ListTagsForResource", "CreateNamedQuery", "GetNamedQuery", "UpdateNamedQuery",
    "DeleteNamedQuery", "ListNamedQueries", "BatchGetNamedQuery", "StartQueryExecution", "GetQueryExecution",
    "BatchGetQueryExecution", "ListQueryExecutions", "StopQueryExecution", "GetQueryResults",
    "GetQueryRuntimeStatistics", "ListDataCatalogs", "GetDataCatalog", "ListDatabases", "GetDatabase",
    "ListTableMetadata", "GetTableMetadata",
)  # fmt: skip
NOT_EMULATED = tuple(sorted(set(load_service("athena").operation_names) - set(KEPT)))
"""Every other operation: moto would keep these and run nothing."""


class AthenaProvider(moto_provider("athena", refused=NOT_EMULATED)):  # type: ignore[misc]  # made at run time
    """Answers the API."""

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(athena_stores)

    @handler("CreateWorkGroup", expand=False)
    def create_work_group(self, context: RequestContext, request: Request) -> Any:
        work_groups.create(_store(context), request)
        return {}

    @handler("GetWorkGroup", expand=False)
    def get_work_group(self, context: RequestContext, request: Request) -> Any:
        return {"WorkGroup": work_groups.view(work_groups.find(_store(context), request["WorkGroup"]))}

    @handler("ListWorkGroups", expand=False)
    def list_work_groups(self, context: RequestContext, request: Request) -> Any:
        found = [work_groups.summary(each) for each in work_groups.of(_store(context)).values()]
        return page("WorkGroups", found, request, 50)

    @handler("UpdateWorkGroup", expand=False)
    def update_work_group(self, context: RequestContext, request: Request) -> Any:
        work_groups.update(_store(context), request)
        return {}

    @handler("DeleteWorkGroup", expand=False)
    def delete_work_group(self, context: RequestContext, request: Request) -> Any:
        work_groups.delete(_store(context), request)
        return {}

    @handler("ListEngineVersions", expand=False)
    def list_engine_versions(self, context: RequestContext, request: Request) -> Any:
        return page("EngineVersions", [dict(executions.ENGINE)], request, 10)

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Request) -> Any:
        tags.of(_store(context), request["ResourceARN"]).update({tag["Key"]: tag["Value"] for tag in request["Tags"]})
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Request) -> Any:
        found = tags.of(_store(context), request["ResourceARN"])
        for key in request["TagKeys"]:
            found.pop(key, None)
        return {}

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: Request) -> Any:
        found = tags.of(_store(context), request["ResourceARN"])
        return page("Tags", [{"Key": key, "Value": value} for key, value in found.items()], request, 75)

    @handler("CreateNamedQuery", expand=False)
    def create_named_query(self, context: RequestContext, request: Request) -> Any:
        return {"NamedQueryId": named_queries.create(_store(context), request)}

    @handler("GetNamedQuery", expand=False)
    def get_named_query(self, context: RequestContext, request: Request) -> Any:
        return {"NamedQuery": named_queries.view(named_queries.find(_store(context), request["NamedQueryId"]))}

    @handler("UpdateNamedQuery", expand=False)
    def update_named_query(self, context: RequestContext, request: Request) -> Any:
        named_queries.update(_store(context), request)
        return {}

    @handler("DeleteNamedQuery", expand=False)
    def delete_named_query(self, context: RequestContext, request: Request) -> Any:
        query = named_queries.find(_store(context), request["NamedQueryId"])
        del _store(context).named_queries[query.id]
        return {}

    @handler("ListNamedQueries", expand=False)
    def list_named_queries(self, context: RequestContext, request: Request) -> Any:
        store = _store(context)
        work_groups.find(store, request.get("WorkGroup"))
        return page("NamedQueryIds", named_queries.identifiers(store, request.get("WorkGroup")), request, 50)

    @handler("BatchGetNamedQuery", expand=False)
    def batch_get_named_query(self, context: RequestContext, request: Request) -> Any:
        known, asked = _store(context).named_queries, request["NamedQueryIds"]
        return {
            "NamedQueries": [named_queries.view(known[each]) for each in asked if each in known],
            "UnprocessedNamedQueryIds": [
                {"NamedQueryId": each, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"NamedQuery {each} was not found"}
                for each in asked
                if each not in known
            ],
        }

    @handler("StartQueryExecution", expand=False)
    def start_query_execution(self, context: RequestContext, request: Request) -> Any:
        return {"QueryExecutionId": executions.start(_store(context), request, caller.of(context)).id}

    @handler("GetQueryExecution", expand=False)
    def get_query_execution(self, context: RequestContext, request: Request) -> Any:
        return {"QueryExecution": executions.view(executions.find(_store(context), request["QueryExecutionId"]))}

    @handler("BatchGetQueryExecution", expand=False)
    def batch_get_query_execution(self, context: RequestContext, request: Request) -> Any:
        known, asked = _store(context).executions, request["QueryExecutionIds"]
        return {
            "QueryExecutions": [executions.view(known[each]) for each in asked if each in known],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": each,
                    "ErrorCode": "INVALID_INPUT",
                    "ErrorMessage": f"QueryExecution {each} was not found",
                }
                for each in asked
                if each not in known
            ],
        }

    @handler("ListQueryExecutions", expand=False)
    def list_query_executions(self, context: RequestContext, request: Request) -> Any:
        found = executions.identifiers(_store(context), request.get("WorkGroup"))
        return page("QueryExecutionIds", found, request, 50)

    @handler("StopQueryExecution", expand=False)
    def stop_query_execution(self, context: RequestContext, request: Request) -> Any:
        if not executions.find(_store(context), request["QueryExecutionId"]).ended:
            from localstack_dockerless.services.athena import runner  # noqa: PLC0415 -- sqlglot, which only queries need

            runner.stop(request["QueryExecutionId"])
        return {}

    @handler("GetQueryResults", expand=False)
    def get_query_results(self, context: RequestContext, request: Request) -> Any:
        """Reads the result from S3 with the caller's permissions, at most 1000 rows. The first row has the headings."""
        from localstack_dockerless.services.athena import results  # noqa: PLC0415 -- sqlglot, which only queries need

        execution = executions.find(_store(context), request["QueryExecutionId"])
        if execution.state != SUCCEEDED:
            said = (
                f". Final query state: {execution.state}" if execution.ended else f". Current state: {execution.state}"
            )
            raise invalid(f"Query did not finish successfully{said}" if execution.ended
                          else f"Query has not yet finished{said}", "INVALID_QUERY_EXECUTION_STATUS")  # fmt: skip
        if (request.get("QueryResultType") or "DATA_ROWS") != "DATA_ROWS":
            raise invalid("QueryResultType DATA_MANIFEST is not supported by this emulator's Athena.")
        start, count = _start_of(request), request.get("MaxResults") or results.MOST_ROWS
        if not 1 <= count <= results.MOST_ROWS:
            raise invalid(f"MaxResults is more than maximum allowed length {results.MOST_ROWS}")
        rows, following = results.page(caller.of(context), execution, start, count)
        answer = {
            "UpdateCount": 0,
            "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": execution.columns}},
            "NextToken": None if following is None else str(following),
        }
        return {name: value for name, value in answer.items() if value is not None}

    @handler("GetQueryRuntimeStatistics", expand=False)
    def get_query_runtime_statistics(self, context: RequestContext, request: Request) -> Any:
        execution = executions.find(_store(context), request["QueryExecutionId"])
        return {"QueryRuntimeStatistics": executions.statistics(execution)}

    @handler("ListDataCatalogs", expand=False)
    def list_data_catalogs(self, context: RequestContext, request: Request) -> Any:
        return page("DataCatalogsSummary", [dict(data_catalogs.SUMMARY)], request, 50)

    @handler("GetDataCatalog", expand=False)
    def get_data_catalog(self, context: RequestContext, request: Request) -> Any:
        return {"DataCatalog": data_catalogs.view(request["Name"], context.account_id)}

    @handler("ListDatabases", expand=False)
    def list_databases(self, context: RequestContext, request: Request) -> Any:
        return page("DatabaseList", data_catalogs.databases(caller.of(context), request), request, 50)

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Request) -> Any:
        return {"Database": data_catalogs.database(caller.of(context), request)}

    @handler("ListTableMetadata", expand=False)
    def list_table_metadata(self, context: RequestContext, request: Request) -> Any:
        return page("TableMetadataList", data_catalogs.tables(caller.of(context), request), request, 50)

    @handler("GetTableMetadata", expand=False)
    def get_table_metadata(self, context: RequestContext, request: Request) -> Any:
        return {"TableMetadata": data_catalogs.table(caller.of(context), request)}


def _store(context: RequestContext) -> AthenaStore:
    return athena_stores[context.account_id][context.region]


def _start_of(request: Request) -> int:
    token = request.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("The NextToken is invalid")
    return int(token)
