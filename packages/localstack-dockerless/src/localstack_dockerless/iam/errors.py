"""Makes the error that each service answers for a denied call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html and each API's common errors.
"""

from localstack.aws.api import CommonServiceException, RequestContext

from localstack_dockerless.iam.authorization import DeniedError

_BY_SERVICE = {
    "ec2": (
        "UnauthorizedOperation",
        403,
    ),  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    "sns": ("AuthorizationError", 403),  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    "sqs": ("AccessDenied", 403),
}
_OF_KEYS = {"sns": ("KMSAccessDenied", 400), "sqs": ("KMS.AccessDeniedException", 400)}
_BY_PROTOCOL = {"json": ("AccessDeniedException", 400), "rest-json": ("AccessDeniedException", 403)}
_XML = ("AccessDenied", 403)


def access_denied(context: RequestContext, denied: DeniedError) -> CommonServiceException:
    message = str(denied)
    service = context.service.service_name
    of_key = _OF_KEYS.get(service) if denied.action.startswith("kms:") else None
    code, status = of_key or _BY_SERVICE.get(service) or _BY_PROTOCOL.get(context.protocol, _XML)
    if service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return CommonServiceException(code, message, status, sender_fault=True)


def invalid_key(context: RequestContext) -> CommonServiceException:
    """Returns the error for a key that LocalStack did not make."""
    codes = {"s3": "InvalidAccessKeyId", "ec2": "AuthFailure"}
    by_protocol = "UnrecognizedClientException" if context.protocol in _BY_PROTOCOL else "InvalidClientTokenId"
    code = codes.get(context.service.service_name, by_protocol)
    return CommonServiceException(
        code, "The security token included in the request is invalid.", 403, sender_fault=True
    )
