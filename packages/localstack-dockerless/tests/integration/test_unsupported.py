"""An unsupported operation gets an error that names it, and no success."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator

UNSUPPORTED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("ecs", "execute_command", "ExecuteCommand", {"command": "ls", "interactive": True, "task": "t"}),
    ("ecr", "get_account_setting", "GetAccountSetting", {"name": "BASIC_SCAN_TYPE_VERSION"}),
    ("ecr", "put_image", "PutImage", {"repositoryName": "r1", "imageManifest": "{}"}),
    ("rds", "stop_db_instance", "StopDBInstance", {"DBInstanceIdentifier": "i"}),
    ("rds", "failover_global_cluster", "FailoverGlobalCluster",
     {"GlobalClusterIdentifier": "g", "TargetDbClusterIdentifier": "c"}),
    ("dynamodb", "describe_contributor_insights", "DescribeContributorInsights", {"TableName": "ttt"}),
    ("dynamodb", "export_table_to_point_in_time", "ExportTableToPointInTime",
     {"TableArn": "arn:aws:dynamodb:eu-central-1:000000000000:table/t", "S3Bucket": "b"}),
    ("application-autoscaling", "describe_scaling_activities", "DescribeScalingActivities",
     {"ServiceNamespace": "ecs"}),
    ("glue", "start_crawler", "StartCrawler", {"Name": "c"}),
    ("glue", "create_job", "CreateJob", {"Name": "j", "Role": "r", "Command": {"Name": "glueetl"}}),
    ("athena", "create_prepared_statement", "CreatePreparedStatement",
     {"StatementName": "s", "WorkGroup": "primary", "QueryStatement": "SELECT 1"}),
    ("athena", "start_session", "StartSession",
     {"WorkGroup": "primary", "EngineConfiguration": {"MaxConcurrentDpus": 20}}),
    ("athena", "create_data_catalog", "CreateDataCatalog", {"Name": "c", "Type": "LAMBDA"}),
    ("kinesis", "create_stream", "CreateStream", {"StreamName": "s", "ShardCount": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "method", "operation", "request_"), UNSUPPORTED)
def test_an_unsupported_operation_is_named(
    emulator: Emulator, service: str, method: str, operation: str, request_: dict[str, Any]
) -> None:
    client = emulator.client(service, retries={"max_attempts": 0})
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**request_)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert operation in error["Error"]["Message"]
