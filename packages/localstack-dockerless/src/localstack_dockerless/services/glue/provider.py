"""Provides Glue's data catalogue: moto's databases, tables, versions and partitions.

Names are lower case, as AWS keeps them. Crawlers, jobs, triggers and workflows would not run and are refused, and
so are the other parts of Glue, which nothing here reads.
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html
"""

import copy
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto, call_moto_with_request
from moto.glue.models import glue_backends

from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]

KEPT = (
    "CreateDatabase", "GetDatabase", "GetDatabases", "UpdateDatabase", "DeleteDatabase", "CreateTable", "GetTable",
    "GetTables", "UpdateTable", "DeleteTable", "BatchDeleteTable", "GetTableVersion", "GetTableVersions",
    "DeleteTableVersion", "CreatePartition", "BatchCreatePartition", "GetPartition", "GetPartitions",
    "BatchGetPartition", "UpdatePartition", "BatchUpdatePartition", "DeletePartition", "BatchDeletePartition",
    "GetPartitionIndexes", "TagResource", "UntagResource", "GetTags",
)  # fmt: skip
"""Every other operation is refused."""
NOT_EMULATED = tuple(sorted(set(load_service("glue").operation_names) - set(KEPT)))
_NAMES = ("DatabaseName", "TableName", "Name")
MOST = 100


class GlueProvider(moto_provider("glue", refused=NOT_EMULATED)):  # type: ignore[misc]  # made at run time
    """Answers the API. See https://docs.aws.amazon.com/glue/latest/webapi/ for each operation."""

    @handler("CreateDatabase", expand=False)
    def create_database(self, context: RequestContext, request: Request) -> Any:
        _check_catalog(context, request)
        given = request["DatabaseInput"]
        _refuse(given, ("FederatedDatabase", "TargetDatabase"), "a database")
        return _moto(context, request)

    @handler("UpdateDatabase", expand=False)
    def update_database(self, context: RequestContext, request: Request) -> Any:
        _check_catalog(context, request)
        _refuse(request["DatabaseInput"], ("FederatedDatabase", "TargetDatabase"), "a database")
        return _moto(context, request)

    @handler("DeleteDatabase", expand=False)
    def delete_database(self, context: RequestContext, request: Request) -> Any:
        return _moto(context, request)

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Request) -> Any:
        return {"Database": _without_nothing(_moto(context, request)["Database"])}

    @handler("GetDatabases", expand=False)
    def get_databases(self, context: RequestContext, request: Request) -> Any:
        found = [_without_nothing(each) for each in _moto(context, request)["DatabaseList"]]
        return _page("DatabaseList", found, request)

    @handler("CreateTable", expand=False)
    def create_table(self, context: RequestContext, request: Request) -> Any:
        _check_catalog(context, request)
        _refuse(request, ("OpenTableFormatInput", "TransactionId", "PartitionIndexes"), "a table")
        _refuse(request["TableInput"], ("TargetTable", "ViewDefinition"), "a table")
        return _moto(context, request)

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: Request) -> Any:
        _check_catalog(context, request)
        _refuse(request["TableInput"], ("TargetTable", "ViewDefinition"), "a table")
        return _moto(context, request)

    @handler("GetTable", expand=False)
    def get_table(self, context: RequestContext, request: Request) -> Any:
        return {"Table": _table(_moto(context, request)["Table"], context)}

    @handler("GetTables", expand=False)
    def get_tables(self, context: RequestContext, request: Request) -> Any:
        found = [_table(each, context) for each in _moto(context, request)["TableList"]]
        return _page("TableList", found, request)

    @handler("DeleteTable", expand=False)
    def delete_table(self, context: RequestContext, request: Request) -> Any:
        return _moto(context, request)

    @handler("GetPartitions", expand=False)
    def get_partitions(self, context: RequestContext, request: Request) -> Any:
        return _page("Partitions", _moto(context, request)["Partitions"], request, 1000)

    @handler("GetTags", expand=False)
    def get_tags(self, context: RequestContext, request: Request) -> Any:
        """Answers for a database or a table. moto would answer for one that does not exist."""
        kind, _, path = request["ResourceArn"].rpartition(":")[2].partition("/")
        databases = glue_backends[context.account_id][context.region].databases
        database, _, table = path.partition("/")
        known = database in databases and (kind == "database" or table in databases[database].tables)
        if kind not in ("database", "table") or not known:
            raise CommonServiceException("EntityNotFoundException", f"{request['ResourceArn']} was not found.", 400)
        return call_moto(context)


def _moto(context: RequestContext, request: Request) -> Any:
    """Calls moto with the names in lower case. AWS folds the names of databases and tables."""
    changed = copy.deepcopy(request)
    for name in _NAMES:
        if isinstance(changed.get(name), str):
            changed[name] = changed[name].lower()
    for name in ("DatabaseInput", "TableInput"):
        if name in changed:
            changed[name]["Name"] = changed[name]["Name"].lower()
    return call_moto_with_request(context, changed)


def _check_catalog(context: RequestContext, request: Request) -> None:
    if request.get("CatalogId", context.account_id) != context.account_id:
        raise CommonServiceException(
            "EntityNotFoundException", f"The catalogue {request['CatalogId']} is not that of the account.", 400
        )


def _refuse(given: Request, names: tuple[str, ...], what: str) -> None:
    asked = [name for name in names if given.get(name)]
    if asked:
        raise CommonServiceException(
            "InvalidInputException", f"{', '.join(asked)} of {what}: not supported by this emulator's Glue."
        )


def _without_nothing(found: Request) -> Request:
    return {name: value for name, value in found.items() if value is not None}


def _table(found: Request, context: RequestContext) -> Request:
    """Completes what moto leaves out: AWS shows the time of the last change of every table."""
    made = _without_nothing(found)
    defaults: Request = {
        "UpdateTime": made.get("CreateTime"),
        "IsRegisteredWithLakeFormation": False,
        "PartitionKeys": [],
    }
    return {**defaults, "CatalogId": context.account_id, "Retention": 0, **made}


def _page(name: str, found: list[Any], request: Request, most: int = MOST) -> Request:
    token = request.get("NextToken") or "0"
    if not token.isdigit():
        raise CommonServiceException("InvalidInputException", "The NextToken is invalid.", 400)
    start, count = int(token), request.get("MaxResults") or most
    more = {"NextToken": str(start + count)} if start + count < len(found) else {}
    return {name: found[start : start + count], **more}
