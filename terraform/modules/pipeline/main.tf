# AWS asks for this form of name for logs that its services deliver:
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with the key of CloudWatch Logs; it has dates, counts and the numbers of customers that were set aside, and no other personal data
  name              = "/aws/vendedlogs/states/${var.name}-pipeline"
  retention_in_days = var.log_retention_days
}

locals {
  state_machine_name = "${var.name}-pipeline"
  # The role's policy needs the ARN before the state machine exists.
  state_machine_arn = "arn:aws:states:${var.region}:${var.account_id}:stateMachine:${local.state_machine_name}"
}

resource "aws_sfn_state_machine" "this" {
  #checkov:skip=CKV_AWS_284:the variable tracing_mode turns it on; its log has every state with input and output
  name       = local.state_machine_name
  role_arn   = aws_iam_role.state_machine.arn
  definition = jsonencode(local.definition)

  # A state has a date, the first numbers of shards, the numbers between the pages of a scan, counts and the texts of e-mails. The only data of customers are the
  # numbers of the first customers that were set aside, and the faults of their items.
  logging_configuration {
    level                  = "ALL"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.this.arn}:*"
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
  tracing_configuration {
    enabled = contains(["Active"], var.tracing_mode)
  }

  # Step Functions checks at creation that it may write its log.
  depends_on = [aws_iam_role_policy.state_machine]
}

# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
data "aws_iam_policy_document" "assume_state_machine" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "state_machine" {
  name               = "${var.name}-pipeline"
  assume_role_policy = data.aws_iam_policy_document.assume_state_machine.json
}

data "aws_iam_policy_document" "state_machine" {
  # A run keeps the versions that it began with. So a new version takes the right to invoke an earlier one from nobody.
  # https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html
  statement {
    sid       = "RunSteps"
    actions   = ["lambda:InvokeFunction"]
    resources = [for function in var.functions : function.every_arn]
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/sns-iam.html
  statement {
    sid       = "TellOfFailure"
    actions   = ["sns:Publish"]
    resources = [var.topic_arn]
  }

  # A catch-up runs each day in an execution of its own, and waits for its end.
  # https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#connect-stepfunctions-iam
  statement {
    sid       = "HearOfTheEndOfDays"
    actions   = ["events:DescribeRule", "events:PutRule", "events:PutTargets"]
    resources = ["arn:aws:events:${var.region}:${var.account_id}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"]
  }

  # Each day of a catch-up is an execution, and so is each shard of the distributed Map. A run whose Map failed is not redriven: its day is run again. So
  # the role needs no states:RedriveExecution.
  # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
  statement {
    sid       = "StartDaysAndShards"
    actions   = ["states:StartExecution"]
    resources = [local.state_machine_arn]
  }

  statement {
    sid       = "FollowDaysAndShards"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = ["arn:aws:states:${var.region}:${var.account_id}:execution:${local.state_machine_name}:*"]
  }

  # The Map reads its items and writes its results. A shard stores its error, and the run reads it.
  # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
  statement {
    sid       = "PassOnShards"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
    resources = ["${var.bucket.arn}/work/*"]
  }

  # X-Ray knows no resource for these actions.
  # https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
  dynamic "statement" {
    for_each = setintersection([var.tracing_mode], ["Active"])

    content {
      sid = "SendTraces"
      actions = [
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
      ]
      resources = ["*"]
    }
  }

  # Log delivery belongs to the account and not to a log group, so AWS has no resource for these actions.
  # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
  statement {
    sid = "DeliverLogs"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "state_machine" {
  name   = "run-pipeline"
  role   = aws_iam_role.state_machine.id
  policy = data.aws_iam_policy_document.state_machine.json
}
