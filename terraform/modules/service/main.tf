resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with the key of CloudWatch Logs; it has no keys and no readings, as a test shows
  name              = "/ecs/${var.name}-service"
  retention_in_days = var.log_retention_days
}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-service"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.cpu_architecture)
  }

  container_definitions = jsonencode([
    {
      name      = local.container
      image     = local.image
      essential = true

      # The service writes no file.
      readonlyRootFilesystem = true

      portMappings = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]

      environment = [
        for name, value in local.environment : { name = name, value = value }
      ]

      secrets = [
        { name = "DATABASE_PASSWORD", valueFrom = "${var.database.secret_arns.service}:password::" },
        { name = "DATABASE_USER", valueFrom = "${var.database.secret_arns.service}:username::" },
      ]

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = var.region
          awslogs-stream-prefix = local.container
        }
      }

      # A task that ends first finishes its requests. The API waits 30 s for a request.
      stopTimeout = 40
    }
  ])

  # ECS can go back only to a task definition that is active. So the old one ends after the new tasks serve.
  lifecycle {
    create_before_destroy = true
  }
}

locals {
  container = "ingestion"

  # A tag stands after a colon, and a digest after an at sign. A digest is sha256:..., and a tag has no colon.
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
  image = "${aws_ecr_repository.this.repository_url}${replace(":${var.image}", ":sha256:", "@sha256:")}"

  database_environment = {
    DATABASE_HOST    = var.database.host
    DATABASE_NAME    = var.database.name
    DATABASE_PORT    = tostring(var.database.port)
    DATABASE_SSLMODE = var.database.sslmode
  }

  environment = merge(local.database_environment, {
    LOG_LEVEL    = var.log_level
    ALARMS_TABLE = var.alarms_table.name
    PORT         = tostring(var.port)
    TIME_ZONE    = var.time_zone

    DATABASE_POOL_SIZE = tostring(var.database_pool_size)

    READINGS_RETENTION_DAYS = tostring(var.readings_retention_days)
    METERING_POINT_PATTERN  = var.metering_point_pattern
    CLOCK_TOLERANCE_SECONDS = tostring(var.clock_tolerance_seconds)
    GRACE_DAYS              = tostring(var.grace_days)

    # A task that runs reads it again after a rotation.
    DATABASE_SECRET_ARN = var.database.secret_arns.service
  })
}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html
resource "aws_ecs_service" "this" {
  name            = "${var.name}-service"
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = var.min_tasks

  # A task answers health checks within seconds. It does not migrate: migrations.tf.
  health_check_grace_period_seconds  = 60
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  propagate_tags                     = "SERVICE"

  # The apply ends when the new tasks serve. After a rollback the service is steady too, with the task definition before.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = local.container
    container_port   = var.port
  }

  lifecycle {
    ignore_changes = [desired_count] # auto scaling changes it

    postcondition {
      condition     = contains([aws_ecs_task_definition.this.arn], self.task_definition)
      error_message = "The new version of the service did not come up, and ECS went back to ${self.task_definition}. Look at the log group of the service, then apply again."
    }
  }

  # Tasks fail if they start before their execution role may read the secret, or before the schema is new enough.
  depends_on = [aws_iam_role_policy.execution, terraform_data.migration]
}
