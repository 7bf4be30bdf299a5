"""Reads the present policies from the stores of LocalStack and moto."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from localstack.services.events.models import events_stores
from localstack.services.kms.models import kms_stores
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.s3.models import s3_stores
from localstack.services.sns.models import sns_stores
from localstack.services.sqs.models import sqs_stores
from moto.dynamodb.models import dynamodb_backends
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends
from moto.iam.models import Role, iam_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends

from localstack_dockerless.iam.documents import Policy, parse
from localstack_dockerless.iam.evaluation import Policies
from localstack_dockerless.iam.needs import Scope
from localstack_dockerless.iam.patterns import CannotEvaluateError
from localstack_dockerless.iam.principals import Principal

PARTITION = "aws"
_ANY_REGION = "us-east-1"  # every region has the same buckets
_ANY_S3_STORE = s3_stores["000000000000"][_ANY_REGION]  # every account's store tells who owns which bucket


def policies_for(principal: Principal, action: str, resource: str) -> Policies:
    """Returns the policies that apply. Raises `CannotEvaluateError` if the role or a policy does not exist."""
    own = resource_policy(action, resource)
    owner = _owner(resource)
    same = owner in ("", "aws", principal.account)
    if principal.role_arn is None:
        return Policies(resource=own, same_account=same)
    role = find_role(principal.role_arn)
    if role is None:
        raise CannotEvaluateError(f"a session of the role {principal.role_arn}, which does not exist")
    return Policies(identity_policies(role), boundary(role), own, same)


def find_role(arn: str) -> Role | None:
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    roles = iam_backends[account][PARTITION].roles.values()
    return next((role for role in roles if role.name == name and role.arn == arn), None)


def all_roles() -> list[Role]:
    return [role for account in list(iam_backends) for role in iam_backends[account][PARTITION].roles.values()]


def identity_policies(role: Role) -> tuple[Policy, ...]:
    inline = [parse(f"{role.name}/{name}", _text(document)) for name, document in dict(role.policies).items()]
    managed = [parse(policy.arn, _default_version(policy)) for policy in dict(role.managed_policies).values()]
    return (*inline, *managed)


def boundary(role: Role) -> Policy | None:
    arn = role.permissions_boundary_arn
    if not arn:
        return None
    policy = iam_backends[role.account_id][PARTITION].managed_policies.get(arn)
    if policy is None:
        raise CannotEvaluateError(f"the permissions boundary {arn}, which does not exist")
    return parse(arn, _default_version(policy))


def trust_policy(role: Role) -> Policy:
    return parse(f"{role.name} (trust)", _text(role.assume_role_policy_document))


def resource_policy(action: str, resource: str) -> Policy | None:
    """Returns the policy of the resource itself, for the services whose resources have policies here."""
    if action == "sts:AssumeRole":
        role = find_role(resource)
        return trust_policy(role) if role else None
    parts = resource.split(":", 5)
    if len(parts) != 6 or parts[2] not in _READERS:
        return None
    text = _READERS[parts[2]](parts[4], parts[3], parts[5])
    return parse(policy_name(resource), text) if text else None


def all_resource_policies() -> list[Policy]:
    """Returns the policies that somebody wrote, without the default policies of topics and keys."""
    found = {resource: resource_policy("", resource) for resource in _resources()}
    return [
        policy
        for _, policy in sorted(found.items())
        if policy and policy.statements and policy.statements[0].sid not in _FROM_THE_START
    ]


OWN_RULES = "RulesOfTheAccount"
_FROM_THE_START = {"__default_statement_ID", "Enable IAM User Permissions", OWN_RULES}


def _resources() -> Iterator[str]:
    for account, region, queues in sqs_stores.iter_stores():
        yield from (f"arn:aws:sqs:{region}:{account}:{name}" for name in list(queues.queues))
    for _, _, topics in sns_stores.iter_stores():
        yield from list(topics.topics)
    for _, _, buckets in s3_stores.iter_stores():
        yield from (f"arn:aws:s3:::{name}" for name in list(buckets.buckets))
    for account, region, functions in lambda_stores.iter_stores():
        for name, function in list(functions.functions.items()):
            versions = [f":{qualifier}" if qualifier != "$LATEST" else "" for qualifier in function.permissions]
            yield from (f"arn:aws:lambda:{region}:{account}:function:{name}{version}" for version in versions)
    for account, region, keys in kms_stores.iter_stores():
        yield from (f"arn:aws:kms:{region}:{account}:key/{identifier}" for identifier in list(keys.keys))
    yield from _resources_of_moto()


def _resources_of_moto() -> Iterator[str]:
    for secrets in _regional(secretsmanager_backends):
        yield from (secret.arn for secret in list(secrets.secrets.values()))
    for tables in _regional(dynamodb_backends):
        yield from list(tables.resource_policies)
    for images in _regional(ecr_backends):
        yield from (repository.arn for repository in list(images.repositories.values()))
    for account in list(logs_backends):
        yield from (f"arn:aws:logs:{region}:{account}:{LOG_POLICIES}" for region in list(logs_backends[account]))


def _regional(backends: Any) -> Iterator[Any]:
    for account in list(backends):
        yield from list(backends[account].values())


LOG_POLICIES = "resource-policies"


def policy_name(resource: str) -> str:
    """Returns one name for a bucket and its objects, and for a table and its indexes."""
    service, name = resource.split(":", 5)[2], resource.split(":", 5)[5]
    if service == "s3":
        return f"arn:aws:s3:::{name.partition('/')[0]}"
    if service == "logs":
        return ":".join([*resource.split(":")[:5], LOG_POLICIES])
    return resource


def _owner(resource: str) -> str:
    parts = resource.split(":", 5)
    if len(parts) != 6:
        return ""
    if parts[2] == "s3":
        return _ANY_S3_STORE.global_bucket_map.get(parts[5].partition("/")[0], "")
    return parts[4]


def _bucket(_account: str, _region: str, name: str) -> str | None:
    bucket_name = name.partition("/")[0]
    owner = _owner(f"arn:aws:s3:::{bucket_name}")
    bucket = s3_stores[owner][_ANY_REGION].buckets.get(bucket_name) if owner else None
    return bucket.policy if bucket else None


def _queue(account: str, region: str, name: str) -> str | None:
    queue = sqs_stores[account][region].queues.get(name)
    return queue.attributes.get("Policy") if queue else None


def _topic(account: str, region: str, name: str) -> str | None:
    topic = sns_stores[account][region].topics.get(f"arn:aws:sns:{region}:{account}:{name}")
    return topic["attributes"].get("Policy") if topic else None


def _function(account: str, region: str, name: str) -> str | None:
    _, plain, *qualifier = name.split(":")
    function = lambda_stores[account][region].functions.get(plain)
    policy = function.permissions.get(qualifier[0] if qualifier else "$LATEST") if function else None
    return json.dumps({"Statement": policy.policy.Statement}) if policy else None


def _log_policies(account: str, region: str, _name: str) -> str | None:
    """Returns all resource policies of the account's region together. CloudWatch Logs has no policy of one group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    policies = list(logs_backends[account][region].resource_policies.values())
    statements = [each for policy in policies for each in _statements(json.loads(policy.policy_document))]
    return json.dumps({"Statement": statements}) if statements else None


def _statements(document: Any) -> list[Any]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _bus(account: str, region: str, name: str) -> str | None:
    """Returns the bus's own policy, with the right of its account's rules to send to it without a role.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
    """
    bus = events_stores[account][region].event_buses.get(name.removeprefix("event-bus/"))
    if bus is None:
        return None
    own = {
        "Sid": OWN_RULES,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "events:PutEvents",
        "Resource": bus.arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    return json.dumps({"Statement": [own, *_statements(bus.policy)] if bus.policy else [own]})


def _secret(account: str, region: str, name: str) -> str | None:
    backend = secretsmanager_backends[account][region]
    arn = f"arn:aws:secretsmanager:{region}:{account}:{name}"
    return next((secret.policy for secret in backend.secrets.values() if secret.arn == arn), None)


def _table(account: str, region: str, name: str) -> str | None:
    backend = dynamodb_backends[account][region]
    policy = backend.resource_policies.get(f"arn:aws:dynamodb:{region}:{account}:{name}")
    return policy.policy_doc if policy else None


def _repository(account: str, region: str, name: str) -> str | None:
    repository = ecr_backends[account][region].repositories.get(name.removeprefix("repository/"))
    return repository.policy if repository else None


def key_arn(key: str, scope: Scope) -> str:
    """Returns the ARN of a key that is given by its ARN, its id or an alias.

    The alias of a key that AWS manages stays an alias.
    """
    if AWS_MANAGED in key:
        return scope.arn("kms", f"alias/{key.rpartition('alias/')[2]}")
    name = key.rpartition(":")[2]
    alias = kms_stores[scope.account][scope.region].aliases.get(name)
    identifier = alias.metadata["TargetKeyId"] if alias else name.removeprefix("key/")
    return key if key.startswith("arn:") and alias is None else scope.arn("kms", f"key/{identifier.rpartition('/')[2]}")


AWS_MANAGED = "alias/aws/"


def _key(account: str, region: str, name: str) -> str | None:
    if name.startswith(AWS_MANAGED):
        return _policy_of_managed_key(account, region, name.removeprefix(AWS_MANAGED))
    key = kms_stores[account][region].keys.get(name.removeprefix("key/"))
    return key.policy if key else None


def _policy_of_managed_key(account: str, region: str, service: str) -> str:
    """Allows every principal of the account through that service, and through no other service.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
    """
    condition = {"kms:ViaService": f"{service}.{region}.amazonaws.com", "kms:CallerAccount": account}
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Statement": [{**statement, "Condition": {"StringEquals": condition}}]})


_READERS: dict[str, Callable[[str, str, str], str | None]] = {
    "s3": _bucket,
    "sqs": _queue,
    "sns": _topic,
    "lambda": _function,
    "secretsmanager": _secret,
    "dynamodb": _table,
    "ecr": _repository,
    "kms": _key,
    "logs": _log_policies,
    "events": _bus,
}


def _default_version(policy: Any) -> str:
    return next(_text(version.document) for version in policy.versions if version.is_default)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def resolved(resource: str) -> str:
    """Returns the full ARN of a secret named without the 6 characters at its end, or of a family's newest revision."""
    parts = resource.split(":", 5)
    if len(parts) != 6 or parts[2] not in ("secretsmanager", "ecs"):
        return resource
    if parts[2] == "ecs":
        return _newest_revision(parts, resource)
    secret = secretsmanager_backends[parts[4]][parts[3]].secrets.get(parts[5].removeprefix("secret:"))
    return secret.arn if secret else resource


def _newest_revision(parts: list[str], resource: str) -> str:
    family, _, revision = parts[5].removeprefix("task-definition/").partition(":")
    found = ecs_backends[parts[4]][parts[3]].task_definitions.get(family) if revision == "*" else None
    return str(found[max(found)].arn) if found else resource
