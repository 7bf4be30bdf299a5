# What people may do, apart from the administrators of the account. An IAM role or a permission set of IAM Identity Center
# gets one of the 2 policies. A person who may use a store may use the account's key through it (modules/encryption).

locals {
  bucket_arns = [for bucket in concat(var.buckets, [var.results_bucket]) : bucket.arn]
  object_arns = [for bucket in var.buckets : "${bucket.arn}/*"]
  log_arns    = [for group in var.log_groups : "arn:aws:logs:${var.region}:${var.account_id}:log-group:${group}:*"]

  execution_arn     = "arn:aws:states:${var.region}:${var.account_id}:execution:${var.state_machine_name}"
  map_run_arn       = "arn:aws:states:${var.region}:${var.account_id}:mapRun:${var.state_machine_name}/*"
  state_machine_arn = "arn:aws:states:${var.region}:${var.account_id}:stateMachine:${var.state_machine_name}"
}

data "aws_iam_policy_document" "viewer" {
  #checkov:skip=CKV_AWS_356:metrics know no resource, and composite alarms are shown only to a permission on every alarm
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = local.object_arns
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = local.bucket_arns
  }

  # Athena stores the results with the rights of the person who queries.
  # https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
  statement {
    sid       = "KeepResults"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${var.results_bucket.arn}/*"]
  }

  # https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
  statement {
    sid = "Query"
    actions = [
      "athena:BatchGetNamedQuery",
      "athena:BatchGetQueryExecution",
      "athena:GetNamedQuery",
      "athena:GetQueryExecution",
      "athena:GetQueryResults",
      "athena:GetQueryRuntimeStatistics",
      "athena:GetWorkGroup",
      "athena:ListNamedQueries",
      "athena:ListQueryExecutions",
      "athena:StartQueryExecution",
      "athena:StopQueryExecution",
    ]
    resources = [var.workgroup_arn]
  }

  # https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
  statement {
    sid       = "ReadCatalogue"
    actions   = ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
    resources = var.catalogue_arns
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-only-permissions-on-table-items.html
  statement {
    sid       = "ReadAlarms"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
    resources = [var.alarms_table.arn, var.alarms_table.index_arn]
  }

  # A person reads who a customer is, and no keys.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  statement {
    sid       = "ReadCustomers"
    actions   = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
    resources = [var.customers_table_arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = var.customers_described_by
    }

    # Without this, a read that names no attribute would get all of them.
    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:Select"
      values   = ["SPECIFIC_ATTRIBUTES"]
    }
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/security_iam_id-based-policy-examples.html
  statement {
    sid     = "SeeRuns"
    actions = ["states:DescribeExecution", "states:DescribeStateMachine", "states:GetExecutionHistory", "states:ListExecutions"]
    resources = [
      local.state_machine_arn,
      "${local.execution_arn}:*",
      # The executions of a distributed Map are of its map run.
      "${local.execution_arn}/*",
      local.map_run_arn,
    ]
  }

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html
  statement {
    sid       = "SeeTasks"
    actions   = ["ecs:DescribeServices"]
    resources = [var.service_arn]
  }

  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-iam-policies.html
  statement {
    sid       = "SeeQueues"
    actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
    resources = values(var.queue_arns)
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/permissions-reference-cwl.html
  statement {
    sid       = "ReadLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = local.log_arns
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  statement {
    sid       = "SeeMetrics"
    actions   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListDashboards", "cloudwatch:ListMetrics"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "operator" {
  source_policy_documents = [data.aws_iam_policy_document.viewer.json]

  # https://docs.aws.amazon.com/step-functions/latest/dg/security_iam_id-based-policy-examples.html
  statement {
    sid       = "StartRuns"
    actions   = ["states:StartExecution"]
    resources = [local.state_machine_arn]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
  statement {
    sid       = "ChangeAlarms"
    actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [var.alarms_table.arn]
  }

  # The event of a changed alarm, and what leaves the dead-letter queue.
  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
  statement {
    sid       = "SendEvents"
    actions   = ["sqs:SendMessage"]
    resources = [var.queue_arns.alarms]
  }

  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
  statement {
    sid       = "RedriveDeadLetters"
    actions   = ["sqs:DeleteMessage", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"]
    resources = [var.queue_arns.alarms_dead_letter, var.queue_arns.undelivered_events]
  }
}

resource "aws_iam_policy" "this" {
  for_each = local.policies

  name        = "${var.name}-${each.key}"
  description = each.value.description
  policy      = each.value.json
}

locals {
  policies = {
    viewer = {
      description = "Looks at everything and changes nothing"
      json        = data.aws_iam_policy_document.viewer.json
    }
    operator = {
      description = "Looks at everything, starts runs, keeps alarms and re-queues dead letters"
      json        = data.aws_iam_policy_document.operator.json
    }
  }
}
