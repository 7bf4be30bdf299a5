"""Lists the permissions that operations on Glue's data catalogue need.

An operation on a table needs the permission on the catalogue, the database and the table:
https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
"""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope
from localstack_dockerless.iam.registry import Permissions


def _rule(database: str | None, table: str | None = None) -> Rule:
    """Makes a rule. `database` and `table` are the parameter, or `*` for every one."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        action = f"glue:{operation}"
        yield Need(action, scope.arn("glue", "catalog"))
        if database is None:
            return
        name = _value(database, parameters)
        yield Need(action, scope.arn("glue", f"database/{name}"))
        if table is not None:
            yield Need(action, scope.arn("glue", f"table/{name}/{_value(table, parameters)}"))

    return rule


def _value(path: str, parameters: Parameters) -> str:
    if path == "*":
        return path
    found = parameters
    for part in path.split("."):
        found = found[part]
    return str(found).lower()


def _tagged(operation: str, parameters: Parameters, _scope: Scope) -> Iterable[Need]:
    yield Need(f"glue:{operation}", str(parameters["ResourceArn"]))


_OF_PARTITIONS = (
    "CreatePartition", "BatchCreatePartition", "GetPartition", "GetPartitions", "BatchGetPartition", "UpdatePartition",
    "BatchUpdatePartition", "DeletePartition", "BatchDeletePartition", "GetPartitionIndexes",
)  # fmt: skip

PERMISSIONS = Permissions(
    "glue",
    {
        "CreateDatabase": _rule("DatabaseInput.Name"),
        **dict.fromkeys(("GetDatabase", "UpdateDatabase"), _rule("Name")),
        "GetDatabases": _rule("*"),
        "DeleteDatabase": _rule("Name", "*"),
        "CreateTable": _rule("DatabaseName", "TableInput.Name"),
        "UpdateTable": _rule("DatabaseName", "TableInput.Name"),
        **dict.fromkeys(("GetTable", "DeleteTable"), _rule("DatabaseName", "Name")),
        "GetTables": _rule("DatabaseName", "*"),
        **dict.fromkeys(
            ("GetTableVersion", "GetTableVersions", "DeleteTableVersion", *_OF_PARTITIONS),
            _rule("DatabaseName", "TableName"),
        ),
        **dict.fromkeys(("TagResource", "UntagResource", "GetTags"), _tagged),
    },
)
