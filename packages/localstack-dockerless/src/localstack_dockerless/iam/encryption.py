"""Finds the permissions that a call needs on the KMS key of its resource, in addition to the resource's own.

The service uses the key in the caller's name. So the caller must have the permission to use the key through that
service.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

from collections.abc import Callable, Iterable, Iterator

from localstack.services.s3.models import s3_stores
from localstack.services.sns.models import sns_stores
from localstack.services.sqs.models import sqs_stores
from moto.dynamodb.models import dynamodb_backends
from moto.secretsmanager.models import secretsmanager_backends

from localstack_dockerless.iam import stores
from localstack_dockerless.iam.needs import Need, Parameters, Scope, UnknownActionError
from localstack_dockerless.iam.principals import Principal


def key_needs(
    service: str, actions: Iterable[str], parameters: Parameters, scope: Scope, who: Principal
) -> Iterator[Need]:
    """Yields the needs for `actions` on the key of the call's resource. A resource without a KMS key needs none.

    Raises `UnknownActionError` for an object with a key that is not its bucket's: a later read is checked against the
    bucket's key.
    """
    key = _KEYS[service](parameters, scope) if actions else None
    if not key:
        return
    through = {
        "kms:viaservice": f"{service}.{scope.region}.amazonaws.com",
        "kms:calleraccount": None if who.is_service else who.account,
    }
    for action in actions:
        yield Need(action, stores.key_arn(key, scope), through)


def _bucket_key(parameters: Parameters, scope: Scope) -> str | None:
    bucket = s3_stores[scope.account][scope.region].buckets.get(parameters["Bucket"])
    default = (bucket.encryption_rule or {}).get("ApplyServerSideEncryptionByDefault", {}) if bucket else {}
    is_kms = default.get("SSEAlgorithm") == "aws:kms"
    key = (default.get("KMSMasterKeyID") or "alias/aws/s3") if is_kms else None
    named = parameters.get("SSEKMSKeyId")
    if named and (key is None or stores.key_arn(named, scope) != stores.key_arn(key, scope)):
        raise UnknownActionError("s3:PutObject with a SSEKMSKeyId that is not the bucket's key")
    return key


def _topic_key(parameters: Parameters, scope: Scope) -> str | None:
    arn = str(parameters.get("TopicArn") or parameters.get("TargetArn"))
    topic = sns_stores[scope.account][scope.region].topics.get(arn)
    return topic["attributes"].get("KmsMasterKeyId") if topic else None


def _queue_key(parameters: Parameters, scope: Scope) -> str | None:
    queue = sqs_stores[scope.account][scope.region].queues.get(parameters["QueueUrl"].rpartition("/")[2])
    return queue.attributes.get("KmsMasterKeyId") if queue else None


def _secret_key(parameters: Parameters, scope: Scope) -> str | None:
    secret = secretsmanager_backends[scope.account][scope.region].secrets.get(parameters["SecretId"])
    return (secret.kms_key_id or "alias/aws/secretsmanager") if secret else None


def _table_key(parameters: Parameters, scope: Scope) -> str | None:
    names = [parameters["TableName"]] if "TableName" in parameters else list(parameters["RequestItems"])
    table = dynamodb_backends[scope.account][scope.region].tables.get(names[0].rpartition("/")[2])
    specification = (table.sse_specification or {}) if table else {}
    return specification.get("KMSMasterKeyId") if specification.get("Enabled") else None


_KEYS: dict[str, Callable[[Parameters, Scope], str | None]] = {
    "s3": _bucket_key,
    "sns": _topic_key,
    "sqs": _queue_key,
    "secretsmanager": _secret_key,
    "dynamodb": _table_key,
}
