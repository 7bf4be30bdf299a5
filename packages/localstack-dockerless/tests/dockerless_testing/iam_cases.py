"""Calls of AWS, each with the actions and resources that it needs: an example of each rule of the permissions."""

from collections.abc import Iterable
from typing import Any

from localstack_dockerless.iam.needs import Parameters, Scope
from localstack_dockerless.iam.registry import PREFIXES

SCOPE = Scope("123456789012", "eu-central-1")
WHERE = "eu-central-1:123456789012"
S3_OBJECT: dict[str, str] = {"Bucket": "b", "Key": "date=1/part"}
OBJECT = "arn:aws:s3:::b/date=1/part"
SECRET = f"arn:aws:secretsmanager:{WHERE}:secret:database-AbCdEf"
TABLE = f"arn:aws:dynamodb:{WHERE}:table/customers"
QUEUE = f"arn:aws:sqs:{WHERE}:alarms"
TOPIC = f"arn:aws:sns:{WHERE}:alarms"
MAP_RUN = "arn:aws:states:eu-central-1:000000000000:mapRun:pipeline/Shards:28f7bf2d"
ACTIVITY = f"arn:aws:states:{WHERE}:activity:read"
MACHINE = f"arn:aws:states:{WHERE}:stateMachine:pipeline"
EXECUTION = f"arn:aws:states:{WHERE}:execution:pipeline:today"
FUNCTION = f"arn:aws:lambda:{WHERE}:function:exporter"
GROUP = f"arn:aws:logs:{WHERE}:log-group:/aws/lambda/exporter"
BUS = f"arn:aws:events:{WHERE}:event-bus"
DASHBOARD = "arn:aws:cloudwatch::123456789012:dashboard/"
ROLE = "arn:aws:iam::123456789012:role/reader"
CATALOGUE = f"arn:aws:glue:{WHERE}:catalog"
DATABASE = f"arn:aws:glue:{WHERE}:database/energy"
WORK_GROUP = f"arn:aws:athena:{WHERE}:workgroup/analysts"
DATA_CATALOG = f"arn:aws:athena:{WHERE}:datacatalog/AwsDataCatalog"
ECS_SERVICE = f"arn:aws:ecs:{WHERE}:service/default/s"
QUEUE_URL = {"QueueUrl": "http://127.0.0.1:4566/123456789012/alarms"}
STREAM = {"logGroupName": "/aws/lambda/exporter", "logStreamName": "2026/11/24/[$LATEST]1"}
EXPORTER = {"FunctionName": "exporter"}
IDENTITY = f"arn:aws:ses:{WHERE}:identity/example.com"
MAIL: dict[str, Any] = {
    "Source": "Energy <from@example.com>",
    "Destination": {"ToAddresses": ["Ana <ana@example.com>"], "BccAddresses": ["b@example.com"]},
}
ITEM_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable")
PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
LOG_DELIVERY = (
    "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
    "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
)  # fmt: skip
STREAM_OPERATIONS = (
    "PutRecord", "PutRecords", "DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator",
    "ListShards",
)  # fmt: skip
INTERFACE = ("DeleteNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses")
INTERFACE_NEEDS = [
    ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{WHERE}:network-interface/*"),
    ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{WHERE}:subnet/subnet-1"),
    ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{WHERE}:security-group/sg-1"),
]

OF_PARTITIONS = (
    "CreatePartition", "BatchCreatePartition", "GetPartition", "GetPartitions", "BatchGetPartition", "UpdatePartition",
    "BatchUpdatePartition", "DeletePartition", "BatchDeletePartition", "GetPartitionIndexes", "GetTableVersion",
    "GetTableVersions", "DeleteTableVersion",
)  # fmt: skip

Case = tuple[str, str, Parameters, list[tuple[str, str]]]


def of_catalogue(operations: Iterable[str], parameters: Parameters, *resources: str) -> list[Case]:
    """Returns the cases of Glue's operations, which need the catalogue and each of `resources`."""
    return [
        ("glue", operation, parameters, [(f"glue:{operation}", resource) for resource in (CATALOGUE, *resources)])
        for operation in operations
    ]


def cases(service: str, operations: Iterable[str], parameters: Parameters, resource: str) -> list[Case]:
    """Yields operations whose action has the same name."""
    prefix = PREFIXES.get(service, service)
    return [(service, name, parameters, [(f"{prefix}:{name}", resource)]) for name in operations]


def object_case(operation: str, action: str, **more: str) -> Case:
    return ("s3", operation, S3_OBJECT | more, [(f"s3:{action}", OBJECT)])


def copy_case(operation: str, source: str, reading: tuple[str, str]) -> Case:
    return (
        "s3",
        operation,
        S3_OBJECT | {"CopySource": source},
        [reading, ("s3:PutObject", OBJECT)],
    )


def bucket_case(operation: str, action: str) -> Case:
    return ("s3", operation, {"Bucket": "b"}, [(f"s3:{action}", "arn:aws:s3:::b")])


def transaction_case(operation: str, kinds: list[str], actions: list[str]) -> Case:
    items = [{kind: {"TableName": "customers"}} for kind in kinds]
    return ("dynamodb", operation, {"TransactItems": items}, [(f"dynamodb:{action}", TABLE) for action in actions])


def invocation(name: str, qualifier: str = "") -> Case:
    return ("lambda", "Invoke", {"FunctionName": name}, [("lambda:InvokeFunction", f"{FUNCTION}{qualifier}")])


CASES: list[Case] = [
    object_case("GetObject", "GetObject"),
    object_case("GetObject", "GetObjectVersion", VersionId="1"),
    object_case("HeadObject", "GetObject"),
    object_case("GetObjectTagging", "GetObjectTagging"),
    object_case("PutObject", "PutObject"),
    object_case("PutObject", "PutObject", IfNoneMatch="*"),
    ("s3", "PutObject", S3_OBJECT | {"IfMatch": "tag"}, [(f"s3:{action}Object", OBJECT) for action in ("Put", "Get")]),
    object_case("CreateMultipartUpload", "PutObject"),
    object_case("UploadPart", "PutObject"),
    object_case("CompleteMultipartUpload", "PutObject"),
    object_case("AbortMultipartUpload", "AbortMultipartUpload"),
    object_case("ListParts", "ListMultipartUploadParts"),
    object_case("DeleteObject", "DeleteObject"),
    object_case("DeleteObject", "DeleteObjectVersion", VersionId="1"),
    copy_case("CopyObject", "a/x%20y", ("s3:GetObject", "arn:aws:s3:::a/x y")),
    copy_case("UploadPartCopy", "/a/x?versionId=2", ("s3:GetObjectVersion", "arn:aws:s3:::a/x")),
    bucket_case("ListObjectsV2", "ListBucket"),
    bucket_case("ListObjects", "ListBucket"),
    bucket_case("HeadBucket", "ListBucket"),
    bucket_case("GetBucketLocation", "GetBucketLocation"),
    bucket_case("ListMultipartUploads", "ListBucketMultipartUploads"),
    *cases("dynamodb", ITEM_OPERATIONS, {"TableName": "customers"}, TABLE),
    *cases("dynamodb", ITEM_OPERATIONS, {"TableName": TABLE}, TABLE),
    *cases("dynamodb", ["Query"], {"TableName": "customers", "IndexName": "by-city"}, f"{TABLE}/index/by-city"),
    *cases("dynamodb", ["BatchGetItem", "BatchWriteItem"], {"RequestItems": {"customers": {}}}, TABLE),
    transaction_case("TransactGetItems", ["Get"], ["GetItem"]),
    transaction_case("TransactWriteItems", ["Put", "ConditionCheck"], ["PutItem", "ConditionCheckItem"]),
    *cases("sqs", ["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"], QUEUE_URL, QUEUE),
    *cases("sqs", ["GetQueueAttributes", "PurgeQueue"], QUEUE_URL, QUEUE),
    *cases("sqs", ["SendMessage"], {"QueueUrl": "alarms"}, QUEUE),
    ("sqs", "SendMessageBatch", QUEUE_URL, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "DeleteMessageBatch", QUEUE_URL, [("sqs:DeleteMessage", QUEUE)]),
    ("sqs", "ChangeMessageVisibilityBatch", QUEUE_URL, [("sqs:ChangeMessageVisibility", QUEUE)]),
    *cases("sqs", ["GetQueueUrl"], {"QueueName": "alarms"}, QUEUE),
    *cases("sns", ["Publish"], {"TopicArn": TOPIC}, TOPIC),
    *cases("sqs", ["StartMessageMoveTask", "ListMessageMoveTasks"], {"SourceArn": QUEUE}, QUEUE),
    ("sns", "PublishBatch", {"TopicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    *cases("ses", ["SendEmail"], MAIL, f"arn:aws:ses:{WHERE}:identity/from@example.com"),
    *cases("ses", ["SendEmail"], MAIL | {"SourceArn": IDENTITY}, IDENTITY),
    *cases("secretsmanager", ["GetSecretValue", "PutSecretValue"], {"SecretId": SECRET}, SECRET),
    *cases("secretsmanager", ["GetRandomPassword"], {}, "*"),
    *cases("ssm", ["GetParameter"], {"Name": "level"}, f"arn:aws:ssm:{WHERE}:parameter/level"),
    *cases("ssm", ["GetParameter"], {"Name": "/a/level"}, f"arn:aws:ssm:{WHERE}:parameter/a/level"),
    *cases("stepfunctions", ["StartExecution", "StartSyncExecution"], {"stateMachineArn": MACHINE}, MACHINE),
    *cases(
        "stepfunctions",
        ["DescribeExecution", "StopExecution", "GetExecutionHistory"],
        {"executionArn": EXECUTION},
        EXECUTION,
    ),
    *cases("stepfunctions", ["ListExecutions", "DescribeStateMachine"], {"stateMachineArn": MACHINE}, MACHINE),
    *cases("stepfunctions", ["ListExecutions"], {"mapRunArn": MAP_RUN}, MAP_RUN),
    *cases("stepfunctions", ["GetActivityTask"], {"activityArn": ACTIVITY}, ACTIVITY),
    *cases("stepfunctions", ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"], {"taskToken": "t"}, "*"),
    invocation("exporter"),
    invocation(FUNCTION),
    invocation("123456789012:function:exporter"),
    invocation("exporter:live", ":live"),
    invocation(f"{FUNCTION}:live", ":live"),
    ("lambda", "Invoke", EXPORTER | {"Qualifier": "live"}, [("lambda:InvokeFunction", f"{FUNCTION}:live")]),
    ("lambda", "InvokeAsync", EXPORTER, [("lambda:InvokeFunction", FUNCTION)]),
    ("lambda", "InvokeWithResponseStream", EXPORTER, [("lambda:InvokeFunction", FUNCTION)]),
    *cases("logs", ["CreateLogGroup"], {"logGroupName": "/aws/lambda/exporter"}, f"{GROUP}:log-stream:"),
    *cases("logs", ["CreateLogStream", "PutLogEvents"], STREAM, f"{GROUP}:log-stream:2026/11/24/[$LATEST]1"),
    *cases("logs", ["DescribeLogStreams"], {"logGroupIdentifier": GROUP}, f"{GROUP}:log-stream:"),
    *cases("logs", ["FilterLogEvents"], {"logGroupName": "/aws/lambda/exporter"}, f"{GROUP}:log-stream:"),
    *cases("logs", ["GetLogEvents"], STREAM, f"{GROUP}:log-stream:2026/11/24/[$LATEST]1"),
    *cases("logs", LOG_DELIVERY, {}, "*"),
    *cases("cloudwatch", ["PutMetricData"], {"Namespace": "Example"}, "*"),
    *cases("cloudwatch", ["DescribeAlarms"], {"AlarmNames": ["a"]}, f"arn:aws:cloudwatch:{WHERE}:alarm:*"),
    *cases("cloudwatch", ["GetMetricData", "GetMetricStatistics", "ListDashboards", "ListMetrics"], {}, "*"),
    *cases("cloudwatch", ["GetDashboard", "PutDashboard"], {"DashboardName": "energy"}, f"{DASHBOARD}energy"),
    *cases("cloudwatch", ["DeleteDashboards"], {"DashboardNames": ["energy"]}, f"{DASHBOARD}energy"),
    *cases("ecs", ["DescribeServices"], {"cluster": "c", "services": ["s"]}, f"arn:aws:ecs:{WHERE}:service/c/s"),
    *cases("ecs", ["DescribeServices"], {"services": [ECS_SERVICE]}, ECS_SERVICE),
    *cases("ecs", ["RunTask"], {"taskDefinition": "f:2"}, f"arn:aws:ecs:{WHERE}:task-definition/f:2"),
    *cases("ecs", ["RunTask"], {"taskDefinition": "f"}, f"arn:aws:ecs:{WHERE}:task-definition/f:*"),
    *cases("ecs", ["StopTask"], {"cluster": "c", "task": "t"}, f"arn:aws:ecs:{WHERE}:task/c/t"),
    *cases("ecs", ["DescribeTasks"], {"cluster": "c", "tasks": ["t"]}, f"arn:aws:ecs:{WHERE}:task/c/t"),
    *cases("ecr", ["GetAuthorizationToken"], {}, "*"),
    *cases("ecr", PULL, {"repositoryName": "service"}, f"arn:aws:ecr:{WHERE}:repository/service"),
    ("ec2", "CreateNetworkInterface", {"SubnetId": "subnet-1", "Groups": ["sg-1"]}, INTERFACE_NEEDS),
    *cases("ec2", INTERFACE, {"NetworkInterfaceId": "eni-1"}, f"arn:aws:ec2:{WHERE}:network-interface/eni-1"),
    *cases("ec2", ["DescribeNetworkInterfaces", "DescribeSubnets", "DescribeAvailabilityZones"], {}, "*"),
    *cases("kinesis", STREAM_OPERATIONS, {"StreamName": "s"}, f"arn:aws:kinesis:{WHERE}:stream/s"),
    *cases(
        "firehose",
        ["PutRecord", "PutRecordBatch"],
        {"DeliveryStreamName": "s"},
        f"arn:aws:firehose:{WHERE}:deliverystream/s",
    ),
    *cases("events", ["PutEvents"], {"Entries": [{"Source": "a"}, {"Source": "a"}]}, f"{BUS}/default"),
    *cases("events", ["PutEvents"], {"Entries": [{"EventBusName": f"{BUS}/b"}]}, f"{BUS}/b"),
    *of_catalogue(["CreateDatabase"], {"DatabaseInput": {"Name": "Energy"}}, DATABASE),
    *of_catalogue(["GetDatabase", "UpdateDatabase"], {"Name": "Energy"}, DATABASE),
    *of_catalogue(["GetDatabases"], {}, DATABASE.replace("energy", "*")),
    *of_catalogue(["DeleteDatabase"], {"Name": "energy"}, DATABASE, f"arn:aws:glue:{WHERE}:table/energy/*"),
    *of_catalogue(["GetTables"], {"DatabaseName": "energy"}, DATABASE, f"arn:aws:glue:{WHERE}:table/energy/*"),
    *of_catalogue(
        ["CreateTable", "UpdateTable"],
        {"DatabaseName": "energy", "TableInput": {"Name": "readings"}},
        DATABASE,
        f"arn:aws:glue:{WHERE}:table/energy/readings",
    ),
    *of_catalogue(
        ["GetTable", "DeleteTable"],
        {"DatabaseName": "energy", "Name": "readings"},
        DATABASE,
        f"arn:aws:glue:{WHERE}:table/energy/readings",
    ),
    *of_catalogue(
        OF_PARTITIONS,
        {"DatabaseName": "energy", "TableName": "readings"},
        DATABASE,
        f"arn:aws:glue:{WHERE}:table/energy/readings",
    ),
    *cases("glue", ["TagResource", "UntagResource", "GetTags"], {"ResourceArn": DATABASE}, DATABASE),
    *cases("athena", ["CreateWorkGroup"], {"Name": "analysts"}, WORK_GROUP),
    *cases("athena", ["GetWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup"], {"WorkGroup": "analysts"}, WORK_GROUP),
    *cases("athena", ["ListWorkGroups", "ListEngineVersions", "ListDataCatalogs"], {}, "*"),
    *cases("athena", ["TagResource", "UntagResource", "ListTagsForResource"], {"ResourceARN": WORK_GROUP}, WORK_GROUP),
    *cases(
        "athena",
        ["StartQueryExecution", "ListQueryExecutions", "CreateNamedQuery", "ListNamedQueries"],
        {"WorkGroup": "analysts"},
        WORK_GROUP,
    ),
    *cases("athena", ["StartQueryExecution"], {}, WORK_GROUP.replace("analysts", "primary")),
    *cases(
        "athena",
        ["GetQueryExecution", "StopQueryExecution", "GetQueryResults", "GetQueryRuntimeStatistics"],
        {"QueryExecutionId": "unknown"},
        WORK_GROUP.replace("analysts", "*"),
    ),
    *cases("athena", ["BatchGetQueryExecution"], {"QueryExecutionIds": []}, WORK_GROUP.replace("analysts", "*")),
    *cases(
        "athena",
        ["GetNamedQuery", "UpdateNamedQuery", "DeleteNamedQuery"],
        {"NamedQueryId": "unknown"},
        WORK_GROUP.replace("analysts", "*"),
    ),
    *cases("athena", ["BatchGetNamedQuery"], {"NamedQueryIds": []}, WORK_GROUP.replace("analysts", "*")),
    *cases("athena", ["GetDataCatalog"], {"Name": "AwsDataCatalog"}, DATA_CATALOG),
    *cases(
        "athena",
        ["ListDatabases", "GetDatabase", "ListTableMetadata", "GetTableMetadata"],
        {"CatalogName": "AwsDataCatalog"},
        DATA_CATALOG,
    ),
    *cases("sts", ["AssumeRole"], {"RoleArn": ROLE, "RoleSessionName": "me"}, ROLE),
    ("sts", "GetCallerIdentity", {}, []),
]
