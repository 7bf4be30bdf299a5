# The task that migrates the database's schema. It runs once for each release, before the service gets the release. Only
# it may read the secret of the role that owns the tables. docs/decisions/0056-migrations-run-before-the-rollout.md

resource "aws_ecs_task_definition" "migrations" {
  family                   = "${var.name}-migrations"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.migrations.arn
  task_role_arn            = aws_iam_role.restore.arn # a migration calls nothing on AWS

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.cpu_architecture)
  }

  container_definitions = jsonencode([
    {
      name      = local.migrations
      image     = local.image
      command   = ["python", "-m", "service", "migrate"]
      essential = true

      # The migration writes no file.
      readonlyRootFilesystem = true

      environment = [
        for name, value in local.migration_environment : { name = name, value = value }
      ]

      secrets = [
        { name = "DATABASE_PASSWORD", valueFrom = "${var.database.secret_arns.owner}:password::" },
        { name = "DATABASE_USER", valueFrom = "${var.database.secret_arns.owner}:username::" },
      ]

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = var.region
          awslogs-stream-prefix = local.migrations
        }
      }
    }
  ])

  # The old one stays until the migration has ended well.
  lifecycle {
    create_before_destroy = true
  }
}

locals {
  migrations = "migrations"

  migration_environment = merge(local.database_environment, {
    LOG_LEVEL               = var.log_level
    READINGS_RETENTION_DAYS = tostring(var.readings_retention_days)
  })

  # operations/migrate.py reads this.
  migration_task = {
    region             = var.region
    cluster            = aws_ecs_cluster.this.name
    task_definition    = aws_ecs_task_definition.migrations.arn
    container          = local.migrations
    subnet_ids         = var.subnet_ids
    security_group_ids = [var.security_group_id]
    log_group          = aws_cloudwatch_log_group.this.name
  }
}

# Terraform has no resource that runs a task and waits for its end. Each revision of the task definition runs once. If it
# fails, the service keeps its release, and the next apply runs it again.
# https://developer.hashicorp.com/terraform/language/resources/provisioners/local-exec
resource "terraform_data" "migration" {
  triggers_replace = [aws_ecs_task_definition.migrations.arn]

  provisioner "local-exec" {
    working_dir = var.repository_dir
    interpreter = ["python3", "-m", "operations.migrate", "--task"]
    command     = jsonencode(local.migration_task)
    quiet       = true
  }

  depends_on = [aws_iam_role_policy.migrations]
}

resource "aws_iam_role" "migrations" {
  name               = "${var.name}-migrations-execution"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
data "aws_iam_policy_document" "migrations" {
  source_policy_documents = [data.aws_iam_policy_document.start.json]

  statement {
    sid       = "ReadOwnersSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database.secret_arns.owner]
  }
}

resource "aws_iam_role_policy" "migrations" {
  name   = "start-task"
  role   = aws_iam_role.migrations.id
  policy = data.aws_iam_policy_document.migrations.json
}
