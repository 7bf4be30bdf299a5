"""Lists the permissions that Athena's operations need. A query also needs those of Glue and S3 for what it reads.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
"""

import sys
from collections.abc import Callable, Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named

_GROUP = "workgroup/"
_CATALOG = "datacatalog/"


def _of_group(parameter: str) -> Callable[[str, Parameters, Scope], Iterable[Need]]:
    """Makes the rule of an operation on a workgroup. Without a name it is `primary`."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        yield Need(f"athena:{operation}", scope.arn("athena", f"{_GROUP}{parameters.get(parameter) or 'primary'}"))

    return rule


def _of_executions(parameter: str) -> Callable[[str, Parameters, Scope], Iterable[Need]]:
    """Makes the rule of an operation on executions: the permission is on the workgroup of each one."""
    return _groups(parameter, "executions")


def _of_queries(parameter: str) -> Callable[[str, Parameters, Scope], Iterable[Need]]:
    return _groups(parameter, "named_queries")


def _groups(parameter: str, kept: str) -> Callable[[str, Parameters, Scope], Iterable[Need]]:
    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        store = sys.modules.get("localstack_dockerless.services.athena.store")  # without it there is nothing to ask for
        known = getattr(store.athena_stores[scope.account][scope.region], kept) if store else {}
        asked = parameters[parameter]
        found = {known[each].work_group for each in ([asked] if isinstance(asked, str) else asked) if each in known}
        for group in sorted(found) or ["*"]:  # of what does not exist, no workgroup is known
            yield Need(f"athena:{operation}", scope.arn("athena", f"{_GROUP}{group}"))

    return rule


PERMISSIONS = Permissions(
    "athena",
    {
        **dict.fromkeys(("CreateWorkGroup",), named("athena", "Name", _GROUP)),
        **dict.fromkeys(("GetWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup"), named("athena", "WorkGroup", _GROUP)),
        **dict.fromkeys(("ListWorkGroups", "ListEngineVersions", "ListDataCatalogs"), everything("athena")),
        **dict.fromkeys(("TagResource", "UntagResource", "ListTagsForResource"), named("athena", "ResourceARN")),
        **dict.fromkeys(
            ("StartQueryExecution", "ListQueryExecutions", "CreateNamedQuery", "ListNamedQueries"),
            _of_group("WorkGroup"),
        ),
        **dict.fromkeys(
            ("GetQueryExecution", "StopQueryExecution", "GetQueryResults", "GetQueryRuntimeStatistics"),
            _of_executions("QueryExecutionId"),
        ),
        "BatchGetQueryExecution": _of_executions("QueryExecutionIds"),
        **dict.fromkeys(("GetNamedQuery", "UpdateNamedQuery", "DeleteNamedQuery"), _of_queries("NamedQueryId")),
        "BatchGetNamedQuery": _of_queries("NamedQueryIds"),
        "GetDataCatalog": named("athena", "Name", _CATALOG),
        **dict.fromkeys(
            ("ListDatabases", "GetDatabase", "ListTableMetadata", "GetTableMetadata"),
            named("athena", "CatalogName", _CATALOG),
        ),
    },
)
