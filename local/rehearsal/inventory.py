"""Lists what an account holds, service by service. A list before and a list after show what a destroy leaves behind."""

from collections.abc import Callable, Iterator
from typing import Any

Client = Callable[[str], Any]

_ECS = {"ServiceNamespace": "ecs"}

# service, operation, the list in its answer, the name in an entry, and the arguments
_LISTS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("apigatewayv2", "get_apis", "Items", "ApiId", {}),
    ("apigatewayv2", "get_vpc_links", "Items", "VpcLinkId", {}),
    (
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        "ResourceId",
        {"ServiceNamespace": "ecs"},
    ),
    ("athena", "list_work_groups", "WorkGroups", "Name", {}),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", {}),
    ("cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmName", {"AlarmTypes": ["CompositeAlarm"]}),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName", {}),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId", {}),
    ("ec2", "describe_subnets", "Subnets", "SubnetId", {}),
    ("ec2", "describe_addresses", "Addresses", "AllocationId", {}),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId", {}),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId", {}),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", {}),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId", {}),
    ("ecr", "describe_repositories", "repositories", "repositoryName", {}),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn", {}),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn", {}),
    ("events", "list_rules", "Rules", "Name", {}),
    ("glue", "get_databases", "DatabaseList", "Name", {}),
    ("iam", "list_roles", "Roles", "RoleName", {}),
    ("iam", "list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
    ("kms", "list_aliases", "Aliases", "AliasName", {}),
    ("lambda", "list_functions", "Functions", "FunctionName", {}),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID", {}),
    ("logs", "describe_log_groups", "logGroups", "logGroupName", {}),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", {}),
    ("rds", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier", {}),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", {}),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", {}),
    ("s3", "list_buckets", "Buckets", "Name", {}),
    ("secretsmanager", "list_secrets", "SecretList", "Name", {"IncludePlannedDeletion": True}),
    ("sns", "list_topics", "Topics", "TopicArn", {}),
    ("sqs", "list_queues", "QueueUrls", "", {}),
    ("stepfunctions", "list_state_machines", "stateMachines", "name", {}),
    ("dynamodb", "list_tables", "TableNames", "", {}),
)
_ENDED = ("INACTIVE", "deleted")
"""AWS shows clusters, gateways and endpoints for a while after their end."""


def inventory(client: Client) -> set[str]:
    """Returns the resources as texts such as `sqs energy-alarms`."""
    return set(_listed(client))


def _listed(client: Client) -> Iterator[str]:
    for service, operation, found, name, arguments in _LISTS:
        for entry in _entries(client(service), operation, found, arguments):
            yield f"{service} {entry[name] if name else entry}"
    yield from _of_network(client("ec2"))
    ecs, kms = client("ecs"), client("kms")
    for arn in ecs.list_clusters()["clusterArns"]:
        if ecs.describe_clusters(clusters=[arn])["clusters"][0]["status"] not in _ENDED:
            yield f"ecs {arn}"
    for arn in ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]:
        yield f"ecs {arn}"
    for key in _entries(kms, "list_keys", "Keys", {}):
        if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion":
            yield f"kms {key['KeyId']}"


def _of_network(ec2: Any) -> Iterator[str]:
    """Yields what has a state after its end."""
    for operation, found, name in (
        ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
        ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ):
        for entry in _entries(ec2, operation, found, {}):
            if entry["State"] not in _ENDED:
                yield f"ec2 {entry[name]}"


def _entries(client: Any, operation: str, found: str, arguments: dict[str, Any]) -> Iterator[Any]:
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments).get(found, [])
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(found, [])
