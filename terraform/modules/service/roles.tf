# The condition keeps other accounts' tasks from using the roles.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

# ECS uses this role before and while the task runs: it pulls the image, reads the secret and writes the log.
resource "aws_iam_role" "execution" {
  name               = "${var.name}-service-execution"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# The rights that every task of this module needs to start.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
data "aws_iam_policy_document" "start" {
  # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
  statement {
    sid       = "LogInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action knows no resource
  }

  statement {
    sid       = "PullImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.this.arn]
  }

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

data "aws_iam_policy_document" "execution" {
  source_policy_documents = [data.aws_iam_policy_document.start.json]

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
  statement {
    sid       = "ReadServicesSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database.secret_arns.service]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-task"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

# The service's own code may read a customer's view of alarms, and its own password again after a rotation. It reaches the
# database by password. The attributes leave out the copy of the customer, and the people who changed the alarm.
resource "aws_iam_role" "task" {
  name               = "${var.name}-service-task"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
data "aws_iam_policy_document" "task" {
  statement {
    sid       = "ReadAlarms"
    actions   = ["dynamodb:Query"]
    resources = [var.alarms_table.arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values = [
        "billing_metering_point_number", "alarm", "alarm_id", "error_type", "date", "days", "state", "escalated",
        "sequence", "title", "words", "found", "raised_at", "changed_at",
      ]
    }

    # Without this, a query that names no attribute would get all of them.
    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:Select"
      values   = ["SPECIFIC_ATTRIBUTES"]
    }
  }

  # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
  statement {
    sid       = "ReadOwnPasswordAgain"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database.secret_arns.service]
  }
}

resource "aws_iam_role_policy" "task" {
  name   = "work"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}
