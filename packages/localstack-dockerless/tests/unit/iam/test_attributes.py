"""What calls of DynamoDB say of the attributes that they read and write, for conditions on them."""

import pytest

from localstack_dockerless.iam.needs import Parameters, Scope
from localstack_dockerless.permissions import registry

REGISTRY = registry()
SCOPE = Scope("123456789012", "eu-central-1")
AUTHORIZER = {
    "TableName": "customers",
    "Key": {"number": {"N": "7"}},
    "UpdateExpression": "SET #last_used = :days",
    "ConditionExpression": "attribute_exists(#key) AND attribute_not_exists(#last_used) AND size(address.city) > :n",
    "ExpressionAttributeNames": {"#last_used": "days_of_use", "#key": "number"},
    "ReturnValues": "NONE",
}


def test_the_attributes_of_an_update():
    (need,) = REGISTRY.needs("dynamodb", "UpdateItem", AUTHORIZER, SCOPE)
    assert need.keys == {
        "dynamodb:attributes": ("address", "days_of_use", "number"),
        "dynamodb:select": None,
        "dynamodb:returnvalues": "NONE",
        "dynamodb:returnconsumedcapacity": None,
        "dynamodb:leadingkeys": ("7",),
    }


@pytest.mark.parametrize(
    ("parameters", "selected", "named"),
    [
        ({}, "ALL_ATTRIBUTES", ("number",)),
        (
            {"ProjectionExpression": "active, address.city, tags[0]"},
            "SPECIFIC_ATTRIBUTES",
            ("active", "address", "number", "tags"),
        ),
        ({"AttributesToGet": ["active"]}, "SPECIFIC_ATTRIBUTES", ("active", "number")),
    ],
)
def test_the_attributes_of_a_look_up(parameters: Parameters, selected: str, named: tuple[str, ...]):
    given = {"TableName": "customers", "Key": {"number": {"N": "7"}}} | dict(parameters)
    (need,) = REGISTRY.needs("dynamodb", "GetItem", given, SCOPE)
    assert (need.keys["dynamodb:select"], need.keys["dynamodb:attributes"]) == (selected, named)
