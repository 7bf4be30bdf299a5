"""Checks the role that a service is given as AWS's services do, before they accept it.

The operator makes these calls and is allowed to. The role may lack a permission that the service will need.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.lambda_.invocation.models import lambda_stores

from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need, Scope
from localstack_dockerless.iam.principals import service, session_of

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
VPC_ACTIONS = (
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DeleteNetworkInterface",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
)
# AWS documents this permission on that page too. AWS's managed policy AWSLambdaENIManagementAccess lacks it, and
# functions can be created with that policy (docs/decisions/0016). So it is recorded for the report, and refuses
# nothing.
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaENIManagementAccess.html
VPC_WISHES = ("DescribeSubnets",)
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
LOG_DELIVERY_ACTIONS = (
    "CreateLogDelivery",
    "GetLogDelivery",
    "UpdateLogDelivery",
    "DeleteLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "DescribeResourcePolicies",
    "DescribeLogGroups",
)
NO_EXTERNAL_ID = {"sts:externalid": None, "sts:rolesessionname": None}


def check(context: RequestContext) -> None:
    """Raises `CommonServiceException` with the service's own error."""
    operation = context.service_operation
    if operation is None:
        return
    rule = _RULES.get((operation.service, operation.operation))
    if rule is not None:
        rule(context.service_request or {}, Scope(context.account_id, context.region))


def _function(request: Mapping[str, Any], scope: Scope) -> None:
    """Requires the permissions with which Lambda makes the network interfaces of a function in a VPC.

    Lambda makes them with the function's own role.
    """
    name = request["FunctionName"].rpartition(":")[2]
    current = lambda_stores[scope.account][scope.region].functions.get(name)
    role = request.get("Role") or (current.latest().config.role if current else None)
    subnets = (request.get("VpcConfig") or {}).get("SubnetIds")
    if not role or not subnets:
        return
    principal = session_of(role, name, "lambda.amazonaws.com")
    for action in VPC_WISHES:
        with suppress(DeniedError):
            authorize(principal, Need(f"ec2:{action}", "*"), scope.region)
    for action in VPC_ACTIONS:
        try:
            authorize(principal, Need(f"ec2:{action}", "*"), scope.region)
        except DeniedError as error:
            message = f"The provided execution role does not have permissions to call {action} on EC2 ({error})"
            raise CommonServiceException("InvalidParameterValueException", message, 400, sender_fault=True) from error


def _state_machine(request: Mapping[str, Any], scope: Scope) -> None:
    """Requires that Step Functions may assume the role and deliver its log with it."""
    from localstack.services.stepfunctions.backend.store import sfn_stores  # noqa: PLC0415 -- takes 3 s

    arn = request.get("stateMachineArn") or scope.arn("states", f"stateMachine:{request.get('name')}")
    current = sfn_stores[scope.account][scope.region].state_machines.get(arn)
    role = request.get("roleArn") or (current.role_arn if current else None)
    if not role:
        return
    source = {"aws:sourcearn": arn, "aws:sourceaccount": scope.account}
    try:
        authorize(
            service("states.amazonaws.com", scope.account, scope.region),
            Need("sts:AssumeRole", role, NO_EXTERNAL_ID),
            scope.region,
            source,
        )
    except DeniedError as error:
        message = (
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume "
            f"the provided role. ({error})"
        )
        raise CommonServiceException("AccessDeniedException", message, 400, sender_fault=True) from error
    if (request.get("loggingConfiguration") or {}).get("level", "OFF") != "OFF":
        _log_delivery(role, scope)


def _log_delivery(role: str, scope: Scope) -> None:
    principal = session_of(role, "StateMachineLogDelivery", "states.amazonaws.com")
    for action in LOG_DELIVERY_ACTIONS:
        try:
            authorize(principal, Need(f"logs:{action}", "*"), scope.region)
        except DeniedError as error:
            message = f"The state machine IAM Role is not authorized to access the Log Destination ({error})"
            raise CommonServiceException("AccessDeniedException", message, 400, sender_fault=True) from error


_RULES = {
    ("lambda", "CreateFunction"): _function,
    ("lambda", "UpdateFunctionConfiguration"): _function,
    ("stepfunctions", "CreateStateMachine"): _state_machine,
    ("stepfunctions", "UpdateStateMachine"): _state_machine,
}
