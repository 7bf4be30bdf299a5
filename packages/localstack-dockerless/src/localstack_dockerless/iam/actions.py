"""What an AWS call needs: its actions, each with the resource that it is checked against.

The names are those of the Service Authorization Reference, whose data `tests/unit/iam/test_actions.py` holds
this file to: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html

Here are the services that roles of this system call. For any other call `needs` raises `UnknownActionError`.
"""

# ruff: noqa: ARG001 -- every rule takes the same three

import re
from collections.abc import Iterable, Mapping

from localstack_dockerless.iam.dynamodb_actions import DYNAMODB
from localstack_dockerless.iam.event_actions import EVENT_TARGETS
from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope, UnknownActionError
from localstack_dockerless.iam.s3_actions import S3


def needs(service: str, operation: str, parameters: Parameters, scope: Scope) -> list[Need]:
    """`service` and `operation` as botocore names them, such as `stepfunctions` and `StartExecution`."""
    rule = _RULES.get(service, {}).get(operation)
    if rule is None:
        raise UnknownActionError(action_of(service, operation))
    try:
        return list(rule(operation, parameters, scope))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnknownActionError(f"{action_of(service, operation)} without what names its resource") from error


def action_of(service: str, operation: str) -> str:
    """The name that the action most likely has in IAM: a few differ from the operation's."""
    return f"{PREFIXES.get(service, service)}:{operation}"


PREFIXES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "sesv2": "ses",
    "sqs-query": "sqs",
    "stepfunctions": "states",
}
"""IAM's name of a service where botocore has another."""


def _named(service: str, parameter: str, prefix: str = "") -> Rule:
    """The resource is the one that `parameter` names, by its ARN or by a name that follows `prefix`."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        name = str(parameters[parameter])
        arn = name if name.startswith("arn:") else scope.arn(service, f"{prefix}{name}")
        yield Need(f"{service}:{operation}", arn)

    return rule


def _everything(service: str, keys: Mapping[str, str] | None = None) -> Rule:
    """The action knows no resource: only `*` covers it. `keys`: condition key to parameter."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        given = {key: parameters.get(parameter) for key, parameter in (keys or {}).items()}
        yield Need(f"{service}:{operation}", "*", given)

    return rule


def _queue(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html"""
    account, _, name = parameters["QueueUrl"].rpartition("/")
    owner = Scope(account.rpartition("/")[2], scope.region)
    yield Need(f"sqs:{operation.removesuffix('Batch')}", owner.arn("sqs", name))


def _topic(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    arn = parameters.get("TopicArn") or parameters.get("TargetArn")
    if not arn:
        raise UnknownActionError("sns:Publish to a telephone number")
    yield Need("sns:Publish", arn)


def _function(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """A function's name, partial ARN or ARN, each with a qualifier or without.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    given = _FUNCTION.fullmatch(parameters["FunctionName"])
    if given is None:
        raise UnknownActionError(f"lambda:InvokeFunction on {parameters['FunctionName']}")
    owner = Scope(given["account"] or scope.account, given["region"] or scope.region)
    qualifier = given["qualifier"] or parameters.get("Qualifier")
    yield Need(
        "lambda:InvokeFunction", owner.arn("lambda", ":".join(filter(None, ["function", given["name"], qualifier])))
    )


_FUNCTION = re.compile(
    r"(arn:aws:lambda:(?P<region>[^:]+):)?((?P<account>\d{12}):)?(function:)?(?P<name>[^:]+)(:(?P<qualifier>[^:]+))?"
)


def _log_stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """AWS's errors show the stream for CreateLogStream too, though the reference gives that one the group."""
    group = parameters.get("logGroupName") or str(parameters.get("logGroupIdentifier")).rpartition("log-group:")[2]
    stream = parameters.get("logStreamName", "")
    yield Need(f"logs:{operation}", scope.arn("logs", f"log-group:{group}:log-stream:{stream}"))


def _parameter(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"""
    name = parameters["Name"]
    yield Need(
        "ssm:GetParameter", name if name.startswith("arn:") else scope.arn("ssm", f"parameter/{name.lstrip('/')}")
    )


def _network_interface(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", "network-interface/*"))
    yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", f"subnet/{parameters['SubnetId']}"))
    for group in parameters.get("Groups") or []:
        yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", f"security-group/{group}"))


def _nothing(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission is needed"""
    return ()


def _role(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    if parameters.get("Policy") or parameters.get("PolicyArns") or parameters.get("Tags"):
        raise UnknownActionError("sts:AssumeRole with session policies or tags")
    keys = {"sts:externalid": parameters.get("ExternalId"), "sts:rolesessionname": parameters["RoleSessionName"]}
    yield Need("sts:AssumeRole", parameters["RoleArn"], keys)


_SQS = dict.fromkeys(
    ("SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "GetQueueAttributes",
     "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue"),
    _queue,
) | {"GetQueueUrl": _named("sqs", "QueueName")}  # fmt: skip

_RULES: Mapping[str, Mapping[str, Rule]] = {
    "cloudwatch": {"PutMetricData": _everything("cloudwatch", {"cloudwatch:namespace": "Namespace"})},
    "dynamodb": DYNAMODB,
    "ec2": {
        "CreateNetworkInterface": _network_interface,
        "DeleteNetworkInterface": _named("ec2", "NetworkInterfaceId", "network-interface/"),
        "AssignPrivateIpAddresses": _named("ec2", "NetworkInterfaceId", "network-interface/"),
        "UnassignPrivateIpAddresses": _named("ec2", "NetworkInterfaceId", "network-interface/"),
        "DescribeNetworkInterfaces": _everything("ec2"),
        "DescribeSubnets": _everything("ec2"),
    },
    "ecr": {
        "GetAuthorizationToken": _everything("ecr"),
        "BatchCheckLayerAvailability": _named("ecr", "repositoryName", "repository/"),
        "BatchGetImage": _named("ecr", "repositoryName", "repository/"),
        "GetDownloadUrlForLayer": _named("ecr", "repositoryName", "repository/"),
    },
    **EVENT_TARGETS,
    "lambda": {"Invoke": _function, "InvokeAsync": _function, "InvokeWithResponseStream": _function},
    "logs": {
        "CreateLogGroup": _log_stream,
        "CreateLogStream": _log_stream,
        "DescribeLogStreams": _log_stream,
        "PutLogEvents": _log_stream,
        **dict.fromkeys(
            ("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
             "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
            _everything("logs"),
        ),
    },
    "s3": S3,
    "secretsmanager": {"GetSecretValue": _named("secretsmanager", "SecretId", "secret:")},
    "sns": {"Publish": _topic, "PublishBatch": _topic},
    "sqs": _SQS,
    "sqs-query": _SQS,
    "ssm": {"GetParameter": _parameter},
    "stepfunctions": {
        "StartExecution": _named("states", "stateMachineArn"),
        "StartSyncExecution": _named("states", "stateMachineArn"),
        "DescribeExecution": _named("states", "executionArn"),
        "StopExecution": _named("states", "executionArn"),
        # By a task's token, which names no resource that IAM could check.
        "SendTaskSuccess": _everything("states"),
        "SendTaskFailure": _everything("states"),
        "SendTaskHeartbeat": _everything("states"),
    },
    "sts": {"AssumeRole": _role, "GetCallerIdentity": _nothing},
}  # fmt: skip
