# The alarms about the system itself. modules/notifications has their texts, and docs/runbook.md says what to do. This
# file has the alarms on one metric. shares.tf has the alarms on several metrics, silence.tf those on missing data.

locals {
  minute = 60
  hour   = 60 * 60
  mib    = 1024 * 1024
  gib    = 1024 * local.mib

  # An alarm fires when each of its periods has a data point above or below its threshold. No data means OK.
  alarms = merge(
    local.failed_runs,
    local.dead_letters,
    local.failing_parts,
    local.database,
    local.throttled_functions,
    local.slow_functions,
  )

  failing_parts = {
    authorizer-errors = {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = { FunctionName = var.functions["authorizer"].name }
      statistic  = "Sum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = local.minute
      periods    = 1
    }

    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    # A target starts and ends unhealthy for a moment, so one minute is not enough.
    targets-unhealthy = {
      namespace  = "AWS/ApplicationELB"
      metric     = "UnHealthyHostCount"
      dimensions = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }
      statistic  = "Maximum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = local.minute
      periods    = 5
    }

    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    queue-age = {
      namespace  = "AWS/SQS"
      metric     = "ApproximateAgeOfOldestMessage"
      dimensions = { QueueName = var.queue_name }
      statistic  = "Maximum"
      comparison = "GreaterThanThreshold"
      threshold  = var.queue_age_hours * local.hour
      period     = 5 * local.minute
      periods    = 1
    }
  }

  # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
  database = {
    database-storage = {
      namespace  = "AWS/RDS"
      metric     = "FreeStorageSpace"
      dimensions = local.database_dimensions
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = floor(var.database_size_gib * local.gib * var.database_free_percent / 100)
      period     = 5 * local.minute
      periods    = 1
    }

    database-cpu = {
      namespace  = "AWS/RDS"
      metric     = "CPUUtilization"
      dimensions = local.database_dimensions
      statistic  = "Average"
      comparison = "GreaterThanThreshold"
      threshold  = var.database_cpu_percent
      period     = 5 * local.minute
      periods    = 3
    }

    database-memory = {
      namespace  = "AWS/RDS"
      metric     = "FreeableMemory"
      dimensions = local.database_dimensions
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = var.database_free_memory_mib * local.mib
      period     = 5 * local.minute
      periods    = 3
    }

    database-connections = {
      namespace  = "AWS/RDS"
      metric     = "DatabaseConnections"
      dimensions = local.database_dimensions
      statistic  = "Maximum"
      comparison = "GreaterThanThreshold"
      threshold  = floor(var.database_connections * 0.9)
      period     = 5 * local.minute
      periods    = 1
    }
  }

  database_dimensions = { DBInstanceIdentifier = var.database_identifier }

  # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
  failed_run_metrics = {
    run-failed    = "ExecutionsFailed"
    run-timed-out = "ExecutionsTimedOut"
    run-aborted   = "ExecutionsAborted"
    run-throttled = "ExecutionThrottled"
  }

  failed_runs = {
    for name, metric in local.failed_run_metrics :
    name => {
      namespace  = "AWS/States"
      metric     = metric
      dimensions = { StateMachineArn = var.state_machine_arn }
      statistic  = "Sum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = local.minute
      periods    = 1
    }
  }

  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  dead_letters = {
    for purpose, queue in var.dead_letter_queue_names :
    "dead-letters-${purpose}" => {
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = queue }
      statistic  = "Maximum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = local.minute
      periods    = 1
    }
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  throttled_functions = {
    for name, function in var.functions :
    "throttled-${name}" => {
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = { FunctionName = function.name }
      statistic  = "Sum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = 5 * local.minute
      periods    = 1
    }
  }

  # At its timeout a function is killed in the middle of its work. The alarm comes before that.
  slow_functions = {
    for name, function in var.functions :
    "slow-${name}" => {
      namespace  = "AWS/Lambda"
      metric     = "Duration"
      dimensions = { FunctionName = function.name }
      statistic  = "Maximum"
      comparison = "GreaterThanThreshold"
      threshold  = function.timeout_seconds * 1000 * 0.8
      period     = 5 * local.minute
      periods    = 1
    }
  }

  descriptions = merge(
    var.alarm_descriptions,
    {
      for purpose, queue in var.dead_letter_queue_names :
      "dead-letters-${purpose}" => replace(var.alarm_descriptions["dead-letters-${purpose}"], "{queue}", queue)
    },
    {
      for name, function in var.functions :
      "throttled-${name}" => replace(var.alarm_descriptions["throttled-{function}"], "{function}", name)
    },
    {
      for name, function in var.functions :
      "slow-${name}" => replace(var.alarm_descriptions["slow-{function}"], "{function}", name)
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = local.descriptions[each.key]
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

# 1 of 100 customers waits longer than this. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
resource "aws_cloudwatch_metric_alarm" "api_latency" {
  alarm_name          = "${var.name}-api-latency"
  alarm_description   = replace(var.alarm_descriptions["api-latency"], "{milliseconds}", var.api_latency_ms)
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = local.api_dimensions
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.api_latency_ms
  period              = 5 * local.minute
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
