locals {
  function_name = "${var.name}-${var.function}"
  json_level    = { JSON = "INFO", Text = null }[var.watching.log_format]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with the key of CloudWatch Logs; it has no keys and no readings, as a test shows
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
}

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = local.function_name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# The managed AWSLambdaBasicExecutionRole would let it write to every log group of the account.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  # X-Ray knows no resource for these actions. Lambda refuses Active without them.
  # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
  dynamic "statement" {
    for_each = setintersection([var.watching.tracing_mode], ["Active"])

    content {
      sid       = "SendTraces"
      actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role_policy" "work" {
  name   = "work"
  role   = aws_iam_role.this.id
  policy = var.policy
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_50:the variable tracing_mode turns it on; request ids and run names join the log lines without it
  #checkov:skip=CKV_AWS_115:the authorizer has its reserve, a run works on pipeline_max_concurrency shards, the notifier takes 2 batches at once
  #checkov:skip=CKV_AWS_116:no function is invoked asynchronously, so its caller gets the error and handles it
  #checkov:skip=CKV_AWS_173:names of resources and no secret: encrypted with the key of Lambda
  #checkov:skip=CKV_AWS_272:the person who applies builds the packages with hashed dependencies, and nobody else may update the code
  function_name    = local.function_name
  description      = var.description
  role             = aws_iam_role.this.arn
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  runtime          = "python3.13"
  handler          = "lambdas.${var.function}.handler.handle"
  architectures    = [var.architecture]
  memory_size      = var.memory_mib
  timeout          = var.timeout_seconds

  # Each change of code or settings is a version of its own, with a number. Terraform deletes no version, so a run that
  # began with a version ends with it. https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
  publish = true

  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.storage_mib
  }

  environment {
    variables = var.environment
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
  tracing_config {
    mode = var.watching.tracing_mode
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
  logging_config {
    log_format = var.watching.log_format
    log_group  = aws_cloudwatch_log_group.this.name

    # These are Lambda's own values with JSON. Without them each plan would publish a version:
    # https://github.com/hashicorp/terraform-provider-aws/pull/42660
    application_log_level = local.json_level
    system_log_level      = local.json_level
  }

  # With empty lists the function stays outside the VPC.
  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  # Where a function runs before its log group exists, Lambda makes the group itself, without retention. Lambda also
  # refuses a VPC for a role that may not yet make network interfaces.
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.work,
  ]
}

# Whoever invokes the function for one event at a time goes through the alias. It moves to a version that is ready, so no
# invocation gets new code with old settings. https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that the last apply published"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}
