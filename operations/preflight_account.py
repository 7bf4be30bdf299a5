"""Checks the account and the region before an apply, and the deployment after it."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from operations.preflight_lines import Check, Found, Needs, not_checked, ok, problem

UNRESERVED = 100
"""The executions that AWS keeps for the functions without a reserve.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

_OTHER_FUNCTIONS = 10
"""The executions for the catch-up's planner, the notifier, the publisher and the function database_roles together."""

_ADDRESSES = ("ec2", "L-0263D0A3", "Elastic IP addresses")
_NETWORKS = ("vpc", "L-F678F1CE", "VPCs")
_FARGATE = ("fargate", "L-3032A538", "Fargate vCPUs")
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_PROCESSORS = {"amd64": "x86_64", "arm64": "arm64"}


def account(needs: Needs) -> Found:
    """Says whose account the credentials reach, and compares it with the outputs."""
    found = needs.client("sts").get_caller_identity()["Account"]
    expected = needs.outputs.get("state_machine_arn", "").split(":")[4:5]
    if expected and expected != [found]:
        yield problem(f"the credentials are of account {found}, and the outputs of {expected[0]}: sign in to that one")
    else:
        yield ok(f"{found}, in the region {needs.values['region']}")


def zones(needs: Needs) -> Found:
    """Looks whether the account may use the zones."""
    asked, region = needs.values.get("availability_zones", []), needs.values["region"]
    names = [{"Name": "zone-type", "Values": ["availability-zone"]}, {"Name": "state", "Values": ["available"]}]
    answer = needs.client("ec2").describe_availability_zones(Filters=names)["AvailabilityZones"]
    has = sorted(zone["ZoneName"] for zone in answer)
    if wrong := [zone for zone in asked if zone not in has]:
        yield problem(f"{region} has no zone {', '.join(wrong)}: use 2 of {', '.join(has)}, or leave them out")
    elif len(has) < 2:
        yield problem(f"the account may use {len(has)} zones of {region}, and 2 are needed: take another region")
    else:
        yield ok(" and ".join((asked or has)[:2]))


def concurrency(needs: Needs) -> Found:
    """Compares the account's concurrent executions with the authorizer's reserve and a run of the pipeline."""
    limit = needs.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    reserve = max(0, needs.values["authorizer_reserved_concurrency"])
    run = needs.values["pipeline_max_concurrency"] + _OTHER_FUNCTIONS
    needed = reserve + max(UNRESERVED if reserve else 0, run)
    if limit < needed:
        yield problem(
            f"the account runs {limit:,} functions at once, and {needed:,} are needed: ask for a higher quota "
            "`aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
            f"--desired-value {max(1000, needed)}`, or lower pipeline_max_concurrency"
        )
    elif not reserve:
        yield problem(
            "nothing is reserved for the authorizer, so a run can starve it: raise authorizer_reserved_concurrency"
        )
    else:
        yield ok(f"{limit:,} executions at once: {reserve} for the authorizer, {run} for a run and the other functions")


def addresses(needs: Needs) -> Found:
    """Looks whether the account has room for a further address."""
    if needs.outputs:
        yield ok("the NAT gateway has its address")
        return
    used = len(needs.client("ec2").describe_addresses()["Addresses"])
    yield _room(needs, _ADDRESSES, used, 1)


def networks(needs: Needs) -> Found:
    """Looks whether the region has room for a further VPC."""
    if needs.outputs:
        yield ok("the VPC is made")
        return
    used = len(needs.client("ec2").describe_vpcs()["Vpcs"])
    yield _room(needs, _NETWORKS, used, 1)


def fargate(needs: Needs) -> Found:
    """Compares the quota of virtual CPUs with the most tasks, twice while a new version comes up."""
    most = 2 * needs.values["service_max_tasks"] * needs.values["service_cpu"] / 1024
    yield _room(needs, _FARGATE, 0, most)


def _room(needs: Needs, quota: tuple[str, str, str], used: int, wanted: float) -> Any:
    service, code, what = quota
    limit = needs.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]
    if used + wanted > limit:
        return problem(
            f"the quota of {what} is {limit:g}, {used} are used and {wanted:g} more are needed: raise it with "
            f"`aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} "
            f"--desired-value {used + wanted:g}`"
        )
    return ok(f"{what}: {used} used, {wanted:g} more needed, {limit:g} allowed")


def database_class(needs: Needs) -> Found:
    """Looks whether RDS offers the class with Postgres 18, and with a standby where one is wanted."""
    wanted, standby = needs.values["database_instance_class"], needs.values["database_multi_az"]
    pages = needs.client("rds").get_paginator("describe_orderable_db_instance_options")
    offers = [
        offer
        for page in pages.paginate(Engine="postgres", DBInstanceClass=wanted, Vpc=True)
        for offer in page["OrderableDBInstanceOptions"]
        if offer["EngineVersion"].split(".")[0] == "18" and (offer.get("MultiAZCapable") or not standby)
    ]
    if offers:
        yield ok(f"{wanted} with Postgres 18{' and a standby' if standby else ''}")
    else:
        yield problem(
            f"{needs.values['region']} has no {wanted} for Postgres 18: choose another database_instance_class"
        )


def database_quota(needs: Needs) -> Found:
    """Compares RDS's quotas of instances and storage with what the deployment needs."""
    if needs.outputs:
        yield ok("the database is made")
        return
    found = needs.client("rds").describe_account_attributes()["AccountQuotas"]
    quotas = {quota["AccountQuotaName"]: (quota["Used"], quota["Max"]) for quota in found}
    for name, wanted in {"DBInstances": 1, "AllocatedStorage": needs.values["database_max_storage_gib"]}.items():
        used, most = quotas[name]
        if used + wanted > most:
            yield problem(f"RDS's quota {name} is {most:,}, {used:,} are used and {wanted:,} more are needed: raise it")
        else:
            yield ok(f"{name}: {used:,} used, {wanted:,} more needed, {most:,} allowed")


def leftovers(needs: Needs) -> Found:
    """Looks for names that a deployment of this name left behind: AWS would refuse to make them again."""
    if needs.outputs:
        yield ok("the deployment is there")
        return
    secrets = needs.client("secretsmanager").get_paginator("list_secrets")
    left = [
        secret["Name"]
        for page in secrets.paginate(IncludePlannedDeletion=True)
        for secret in page["SecretList"]
        if secret["Name"].startswith(f"{needs.name}-") and secret.get("DeletedDate")
    ]
    for name in left:
        yield problem(
            f"the secret {name} is about to be deleted and blocks its name: "
            f"`aws secretsmanager delete-secret --secret-id {name} --force-delete-without-recovery`"
        )
    if not left:
        yield ok("no earlier deployment blocks a name")


def image(needs: Needs) -> Found:
    """Looks for the image of the tag, and whether it is for the right processor."""
    repository, tag = f"{needs.name}-service", needs.values["service_image_tag"]
    wanted = needs.values["cpu_architecture"]
    ecr = needs.client("ecr")
    push = "`make push ECR_REPOSITORY=<output ecr_repository_url>` sends it (terraform/README.md)"
    try:
        answer = ecr.batch_get_image(
            repositoryName=repository, imageIds=[{"imageTag": tag}], acceptedMediaTypes=list(_MANIFESTS)
        )
    except ecr.exceptions.RepositoryNotFoundException:
        yield problem(
            f"there is no repository {repository}: make it, and push the image {tag} (terraform/README.md, step 3)"
        )
        return
    if not answer.get("images"):
        yield problem(f"{repository} has no image {tag}: {push}")
        return
    manifest = json.loads(answer["images"][0]["imageManifest"])
    found = sorted(_processors(manifest, lambda digest: _layer(ecr, repository, digest)))
    if wanted in found:
        yield ok(f"{repository}:{tag} is for {', '.join(found)}")
    elif found:
        yield problem(
            f"{repository}:{tag} is for {', '.join(found)}, and the tasks run on {wanted}: raise the tag, {push}"
        )
    else:
        yield not_checked(f"{repository}:{tag} does not say its processor")


def _processors(manifest: Mapping[str, Any], layer: Callable[[str], bytes]) -> Iterator[str]:
    if "manifests" in manifest:
        names = [entry.get("platform", {}).get("architecture", "") for entry in manifest["manifests"]]
    else:
        names = [json.loads(layer(manifest["config"]["digest"])).get("architecture", "")]
    yield from (_PROCESSORS.get(name, name) for name in names if name not in ("", "unknown"))


def _layer(ecr: Any, repository: str, digest: str) -> bytes:
    url = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=digest)["downloadUrl"]
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 -- ECR gave the address
            return bytes(answer.read(1_000_000))
    except urllib.error.URLError:
        return b"{}"


def subscription(needs: Needs) -> Found:
    """Looks whether the administrator gets mails: the subscription must be confirmed."""
    if not needs.outputs:
        yield not_checked("there is no topic before the first apply: run this again after it, with --outputs")
        return
    email, topic = needs.values["admin_email"], needs.outputs["alarm_topic_arn"]
    pages = needs.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"] if each["Endpoint"] == email]
    if any(arn.startswith("arn:") for arn in arns):
        yield ok(f"{email} gets the alarms")
    elif arns:
        yield problem(
            f"{email} has not confirmed, so every alarm is dropped: open the link in the mail of AWS. "
            f"`aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {email}` sends it again"
        )
    else:
        yield problem(f"{email} does not subscribe to {topic}: apply the tfvars file with this address")


def customer_mails(needs: Needs) -> Found:
    """Looks whether SES may send from the address of the mails to customers."""
    if needs.values["customer_notifications"] != "ses":
        yield ok("customers get no mails")
        return
    sender = needs.values["customer_mail_from"]
    found = needs.client("ses").get_identity_verification_attributes(Identities=[sender])["VerificationAttributes"]
    status = found.get(sender, {}).get("VerificationStatus", "NotStarted")
    if status == "Success":
        yield ok(f"SES sends from {sender}")
    else:
        yield problem(f"SES does not send from {sender} ({status}): open the link in the mail that AWS sent to it")


ACCOUNT_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "account": account,
        "zones": zones,
        "leftovers": leftovers,
        "concurrency": concurrency,
        "addresses": addresses,
        "networks": networks,
        "fargate": fargate,
        "database class": database_class,
        "database quota": database_quota,
        "image": image,
        "subscription": subscription,
        "customer mails": customer_mails,
    }
)
"""The checks of the account and the deployment, by subject, in their order."""
