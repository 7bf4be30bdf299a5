"""Checks the account and the region: zones, quotas, and names that an earlier deployment left behind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from operations.preflight_lines import Check, Found, Needs, ok, problem

UNRESERVED = 100
"""The executions that AWS keeps for the functions without a reserve.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

_OTHER_FUNCTIONS = 10
"""The executions for the catch-up's planner, the notifier, the publisher and the function database_roles together."""

BYTES_OF_A_CONNECTION, MOST_CONNECTIONS = 9_531_392, 5000
"""RDS's default of `max_connections` is the memory divided by the one, and at most the other."""

DATABASE_SHARE = 0.9
"""The operating system and RDS take about a tenth of the memory of the class."""

DEFAULT_POOL_SIZE = 10
"""The default of the variable `database_pool_size`."""

_CODE_SHARE = 0.8
"""The share of Lambda's storage for code from which on it is a problem. A release needs 0.1 GiB."""

_ADDRESSES = ("ec2", "L-0263D0A3", "Elastic IP addresses")
_NETWORKS = ("vpc", "L-F678F1CE", "VPCs")
_FARGATE = ("fargate", "L-3032A538", "Fargate vCPUs")


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


def code_storage(needs: Needs) -> Found:
    """Compares the size of all versions of all functions of the account with Lambda's limit.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    settings = needs.client("lambda").get_account_settings()
    used, limit = (settings[kind]["TotalCodeSize"] / 2**30 for kind in ("AccountUsage", "AccountLimit"))
    said = f"the versions of all functions have {used:.1f} of {limit:.1f} GiB"
    if used > _CODE_SHARE * limit:
        yield problem(f"{said}: `python -m operations.versions` lists the ones that nothing needs, and deletes them")
    else:
        yield ok(said)


def addresses(needs: Needs) -> Found:
    """Looks whether the account has room for an address of each NAT gateway."""
    if needs.outputs:
        yield ok("each NAT gateway has its address")
        return
    used = len(needs.client("ec2").describe_addresses()["Addresses"])
    yield _room(needs, _ADDRESSES, used, needs.values["nat_gateways"])


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


def database_connections(needs: Needs) -> Found:
    """Compares the connections of all parts with the most that RDS allows for the memory of the class.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
    """
    wanted, size = connections(needs.values), str(needs.values["database_instance_class"])
    found = needs.client("ec2").describe_instance_types(InstanceTypes=[size.removeprefix("db.")])["InstanceTypes"]
    memory = found[0]["MemoryInfo"]["SizeInMiB"] * 2**20 * DATABASE_SHARE
    most = min(int(memory / BYTES_OF_A_CONNECTION), MOST_CONNECTIONS)
    if wanted > most:
        yield problem(
            f"{size} allows about {most:,} connections, and {wanted:,} are needed at most: take a larger "
            "database_instance_class, or lower database_pool_size, service_max_tasks or pipeline_max_concurrency"
        )
    else:
        yield ok(f"{size} allows about {most:,}, and {wanted:,} are needed at most")


def connections(values: Mapping[str, Any]) -> int:
    """Returns the most connections to the database, as `terraform/connections.tf` computes them. A test holds both."""
    pool = int(values.get("database_pool_size", DEFAULT_POOL_SIZE)) + 1
    return 2 * int(values["service_max_tasks"]) * pool + int(values["pipeline_max_concurrency"]) + 10


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
    """Looks for names that an earlier deployment left behind. AWS would refuse to make them again."""
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


ACCOUNT_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "account": account,
        "zones": zones,
        "leftovers": leftovers,
        "concurrency": concurrency,
        "code storage": code_storage,
        "addresses": addresses,
        "networks": networks,
        "fargate": fargate,
        "database class": database_class,
        "connections": database_connections,
        "database quota": database_quota,
    }
)
"""The checks of the account and the region, by subject, in their order."""
