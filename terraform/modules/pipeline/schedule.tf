# The target gets the unchanged event. The pipeline derives the day from the event's time.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
resource "aws_cloudwatch_event_rule" "daily" {
  name                = "${var.name}-daily"
  description         = "Runs the pipeline for the day before"
  schedule_expression = var.schedule_expression
}

resource "aws_cloudwatch_event_target" "pipeline" {
  rule      = aws_cloudwatch_event_rule.daily.name
  target_id = "pipeline"
  arn       = aws_sfn_state_machine.this.arn
  role_arn  = aws_iam_role.schedule.arn

  dead_letter_config {
    arn = var.undelivered_events_queue_arn
  }
}

resource "aws_cloudwatch_event_rule" "catch_up" {
  name                = "${var.name}-catch-up"
  description         = "Finds the days whose readings changed after their publication, and runs them"
  schedule_expression = var.catch_up_schedule_expression
}

resource "aws_cloudwatch_event_target" "catch_up" {
  rule      = aws_cloudwatch_event_rule.catch_up.name
  target_id = "pipeline"
  arn       = aws_sfn_state_machine.this.arn
  role_arn  = aws_iam_role.schedule.arn
  input     = jsonencode({ catch_up = true })

  dead_letter_config {
    arn = var.undelivered_events_queue_arn
  }
}

# https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
data "aws_iam_policy_document" "assume_schedule" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-daily"
  assume_role_policy = data.aws_iam_policy_document.assume_schedule.json
}

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
data "aws_iam_policy_document" "schedule" {
  statement {
    sid       = "StartPipeline"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.this.arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "start-pipeline"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
