"""What a call needs of the key that its resource is encrypted with.

Of this system's resources only a topic can have a key of AWS KMS that callers need rights for.
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from collections.abc import Iterator

from localstack.services.sns.models import sns_stores

from emulator.iam import stores
from emulator.iam.needs import Need, Parameters, Scope
from emulator.iam.principals import Principal


def key_needs(service: str, operation: str, parameters: Parameters, scope: Scope, who: Principal) -> Iterator[Need]:
    """None where the resource has no such key."""
    if service != "sns" or operation not in ("Publish", "PublishBatch"):
        return
    arn = str(parameters.get("TopicArn") or parameters.get("TargetArn"))
    topic = sns_stores[scope.account][scope.region].topics.get(arn)
    key = topic["attributes"].get("KmsMasterKeyId") if topic else None
    if not key:
        return
    keys = {
        "kms:viaservice": f"sns.{scope.region}.amazonaws.com",
        "kms:calleraccount": None if who.is_service else who.account,
        "kms:encryptioncontext:aws:sns:topicarn": arn,
    }
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        yield Need(action, stores.key_arn(key, scope), keys)
