"""Answers a request with a Lambda function, the target of a group of the type `lambda`.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html: the function's permission for
the load balancer, and the limit of 1 MB for the request and the answer.
"""

import json
import uuid

from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import service
from localstack_dockerless.services.elbv2.load_balancer import view
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer, Outgoing, TargetFailedError
from localstack_dockerless.services.elbv2.load_balancer.function_messages import answer_of, event
from localstack_dockerless.services.lambda_.invocations import invoke

LARGEST = 1024 * 1024
PRINCIPAL = "elasticloadbalancing.amazonaws.com"
TOO_LARGE = Answer(413, "Request Entity Too Large", [("Content-Length", "0")], b"")


def check_permission(group_arn: str, function_arn: str) -> None:
    """Requires the function's permission for the load balancer. Raises `DeniedError`."""
    _, _, _, region, account, _ = group_arn.split(":", 5)
    source = {"aws:sourcearn": group_arn, "aws:sourceaccount": account}
    authorize(service(PRINCIPAL, account), Need("lambda:InvokeFunction", function_arn), region, source)


def answer(group_arn: str, group: view.TargetGroup, request: Outgoing) -> Answer:
    """Returns the function's answer.

    Raises
    ------
    TargetFailedError
        There is no function or no permission, or the function fails or gives no valid answer. It is a 502 on AWS.
    """
    arn = group.function_arn
    if arn is None:
        raise TargetFailedError(f"{group_arn} has no function")
    if len(request.body) > LARGEST:
        return TOO_LARGE
    made = event(group_arn, request, multi=group.multi_value_headers)
    try:
        check_permission(group_arn, arn)
        result = invoke(arn, json.dumps(made).encode(), str(uuid.uuid4()))
    except DeniedError as error:
        raise TargetFailedError(f"The load balancer may not invoke {arn}: {error}") from error
    except Exception as error:  # LocalStack's own errors as well as the service's
        raise TargetFailedError(f"{arn} could not be invoked: {error}") from error
    if result.is_error or len(result.payload) > LARGEST:
        raise TargetFailedError(f"{arn} failed, or its answer is larger than 1 MB")
    return answer_of(result.payload, multi=group.multi_value_headers)
