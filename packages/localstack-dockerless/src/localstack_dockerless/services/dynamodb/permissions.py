"""Lists the permissions that DynamoDB's operations need, with the attributes that each request names.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

import re
from collections.abc import Iterable, Iterator

from localstack_dockerless.iam.keys import DECRYPT
from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions

_EXPRESSIONS = (
    "ProjectionExpression",
    "ConditionExpression",
    "UpdateExpression",
    "FilterExpression",
    "KeyConditionExpression",
)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
_NOT_ATTRIBUTES = {
    "set", "remove", "add", "delete", "and", "or", "not", "between", "in", "if_not_exists", "list_append",
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
}  # fmt: skip
_NAME = re.compile(r"(?<![\w.:#\]])#?[A-Za-z_]\w*")
"""Matches the first part of a document path. It matches no value (`:v`), and nothing after a dot."""


def attributes(parameters: Parameters) -> tuple[str, ...]:
    """Returns every top-level attribute of the request: of its key, its item and its expressions."""
    placeholders = parameters.get("ExpressionAttributeNames") or {}
    found = {
        *(parameters.get("Key") or {}),
        *(parameters.get("Item") or {}),
        *(parameters.get("AttributesToGet") or ()),
    }
    for expression in _EXPRESSIONS:
        for name in _NAME.findall(parameters.get(expression) or ""):
            if name.lower() not in _NOT_ATTRIBUTES:
                found.add(placeholders.get(name, name))
    return tuple(sorted(found))


def _item(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    arn = _table_arn(parameters["TableName"], scope)
    index = parameters.get("IndexName")
    yield Need(f"dynamodb:{operation}", f"{arn}/index/{index}" if index else arn, _keys(operation, parameters))


def _keys(operation: str, parameters: Parameters) -> dict[str, str | tuple[str, ...] | None]:
    """Returns the condition keys.

    Leading keys are known only for a request with one key attribute: of two, the table knows which one leads.
    """
    keys: dict[str, str | tuple[str, ...] | None] = {
        "dynamodb:attributes": attributes(parameters),
        "dynamodb:select": _select(operation, parameters),
        "dynamodb:returnvalues": parameters.get("ReturnValues"),
        "dynamodb:returnconsumedcapacity": parameters.get("ReturnConsumedCapacity"),
    }
    key = parameters.get("Key") or {}
    if len(key) == 1:
        keys["dynamodb:leadingkeys"] = tuple(str(value) for typed in key.values() for value in typed.values())
    return keys


def _select(operation: str, parameters: Parameters) -> str | None:
    if operation not in ("GetItem", "Query", "Scan"):
        return None
    specific = parameters.get("ProjectionExpression") or parameters.get("AttributesToGet")
    return parameters.get("Select") or ("SPECIFIC_ATTRIBUTES" if specific else "ALL_ATTRIBUTES")


def _tables(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    for name in parameters["RequestItems"]:
        yield Need(f"dynamodb:{operation}", _table_arn(name, scope))


def _transaction(operation: str, parameters: Parameters, scope: Scope) -> Iterator[Need]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""
    actions = {"Get": "GetItem", "ConditionCheck": "ConditionCheckItem"}
    for item in parameters["TransactItems"]:
        for kind, each in item.items():
            yield from _item(actions.get(kind, f"{kind}Item"), each, scope)


def _description(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"dynamodb:{operation}", _table_arn(parameters["TableName"], scope))


def _table_arn(name: str, scope: Scope) -> str:
    return name if name.startswith("arn:") else scope.arn("dynamodb", f"table/{name}")


_OF_ITEMS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")
_OF_BATCHES = ("BatchGetItem", "BatchWriteItem")

PERMISSIONS = Permissions(
    "dynamodb",
    {
        **dict.fromkeys(_OF_ITEMS, _item),
        **dict.fromkeys(_OF_BATCHES, _tables),
        **dict.fromkeys(("TransactGetItems", "TransactWriteItems"), _transaction),
        "DescribeTable": _description,
    },
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    key_actions=dict.fromkeys((*_OF_ITEMS, *_OF_BATCHES), (DECRYPT,)),
)
