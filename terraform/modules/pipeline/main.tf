# AWS asks for this form of name for logs that its services deliver:
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with the key of CloudWatch Logs; it has dates, counts and the numbers of customers that were set aside, and no other personal data
  name              = "/aws/vendedlogs/states/${var.name}-pipeline"
  retention_in_days = var.log_retention_days
}

locals {
  state_machine_name = "${var.name}-pipeline"
}

resource "aws_sfn_state_machine" "this" {
  #checkov:skip=CKV_AWS_284:its log has every state with input and output, so a trace would add nothing
  name       = local.state_machine_name
  role_arn   = aws_iam_role.state_machine.arn
  definition = jsonencode(local.definition)

  # A state has a date, the first numbers of shards, counts and the texts of e-mails. The only data of customers are the
  # numbers of the first customers that were set aside, and the faults of their items.
  logging_configuration {
    level                  = "ALL"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.this.arn}:*"
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
  # https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html
  statement {
    sid       = "RunSteps"
    actions   = ["lambda:InvokeFunction"]
    resources = [for function in var.functions : function.arn]
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
    sid       = "StartDays"
    actions   = ["states:StartExecution"]
    resources = ["arn:aws:states:${var.region}:${var.account_id}:stateMachine:${local.state_machine_name}"]
  }

  statement {
    sid       = "FollowDays"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = ["arn:aws:states:${var.region}:${var.account_id}:execution:${local.state_machine_name}:*"]
  }

  statement {
    sid       = "HearOfTheirEnd"
    actions   = ["events:DescribeRule", "events:PutRule", "events:PutTargets"]
    resources = ["arn:aws:events:${var.region}:${var.account_id}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"]
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
