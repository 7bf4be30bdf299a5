"""Lists the permissions that S3's operations need.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from localstack_dockerless.iam.keys import DECRYPT, GENERATE
from localstack_dockerless.iam.needs import NO_LISTING, Need, Parameters, Rule, Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions

_REFUSED_WITH_OBJECT = (
    "ACL", "GrantRead", "GrantFullControl", "GrantReadACP", "GrantWriteACP", "Tagging", "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
)  # fmt: skip
"""The parameters with which writing an object needs further permissions or keys, which are not known here.

`iam/encryption.py` evaluates `SSEKMSKeyId`, and refuses a key that is not the bucket's own.
"""


def _object(action: str, versioned: str | None = None) -> Rule:
    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        name = versioned if versioned and parameters.get("VersionId") else action
        yield Need(f"s3:{name}", f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}")

    return rule


def _write(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    further = [name for name in _REFUSED_WITH_OBJECT if parameters.get(name)]
    if further:
        raise UnknownActionError(f"s3:{operation} with {', '.join(further)}")
    arn = f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"
    yield Need("s3:PutObject", arn)
    if parameters.get("IfMatch"):  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        yield Need("s3:GetObject", arn)


def _copy(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    source, _, version = str(parameters["CopySource"]).partition("?versionId=")
    yield Need("s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/')}")
    yield from _write(operation, parameters, scope)


def _bucket(action: str) -> Rule:
    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        yield Need(f"s3:{action}", f"arn:aws:s3:::{parameters['Bucket']}", NO_LISTING)

    return rule


def _listing(action: str) -> Rule:
    """Makes the rule of a listing. https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html"""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        most = parameters.get("MaxKeys") or parameters.get("MaxUploads")
        keys = {
            "s3:prefix": parameters.get("Prefix"),
            "s3:delimiter": parameters.get("Delimiter"),
            "s3:max-keys": None if most is None else str(most),
        }
        yield Need(f"s3:{action}", f"arn:aws:s3:::{parameters['Bucket']}", keys)

    return rule


_RULES: Mapping[str, Rule] = {
    "GetObject": _object("GetObject", "GetObjectVersion"),
    "HeadObject": _object("GetObject", "GetObjectVersion"),
    "DeleteObject": _object("DeleteObject", "DeleteObjectVersion"),
    "GetObjectTagging": _object("GetObjectTagging", "GetObjectVersionTagging"),
    "PutObject": _write,
    "CreateMultipartUpload": _write,
    "UploadPart": _object("PutObject"),
    "CompleteMultipartUpload": _write,
    "AbortMultipartUpload": _object("AbortMultipartUpload"),
    "ListParts": _object("ListMultipartUploadParts"),
    "CopyObject": _copy,
    "UploadPartCopy": _copy,
    "HeadBucket": _bucket("ListBucket"),
    "GetBucketLocation": _bucket("GetBucketLocation"),
    "ListObjects": _listing("ListBucket"),
    "ListObjectsV2": _listing("ListBucket"),
    "ListMultipartUploads": _listing("ListBucketMultipartUploads"),
}
"""DeleteObjects is missing: it answers each key by itself, and one decision for the call cannot."""

PERMISSIONS = Permissions(
    "s3",
    _RULES,
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
    key_actions={
        "GetObject": (DECRYPT,),
        "PutObject": (GENERATE,),
        "CopyObject": (DECRYPT, GENERATE),
        **dict.fromkeys(("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), (DECRYPT, GENERATE)),
    },
)
