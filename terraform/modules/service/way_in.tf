# The way into the database on a bad night: a task through which Session Manager forwards a port to the database. Who starts
# it tells it to sleep for an hour. No policy of people allows that: it takes the account's administrator. docs/runbook.md
# has the steps, and decision 62 the reasons.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html

resource "aws_ecs_task_definition" "way_in" {
  #checkov:skip=CKV_AWS_336:the agent of Session Manager writes files, so this file system cannot be read-only
  family                   = "${var.name}-way-in"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.way_in.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.cpu_architecture)
  }

  container_definitions = jsonencode([
    {
      name      = "way-in"
      image     = local.image
      essential = true

      # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
      readonlyRootFilesystem = false

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = var.region
          awslogs-stream-prefix = "way-in"
        }
      }
    }
  ])
}

resource "aws_iam_role" "way_in" {
  name               = "${var.name}-way-in"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# Session Manager's channels know no resource.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
data "aws_iam_policy_document" "way_in" {
  statement {
    sid = "OpenSessions"
    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "way_in" {
  name   = "open-sessions"
  role   = aws_iam_role.way_in.id
  policy = data.aws_iam_policy_document.way_in.json
}
