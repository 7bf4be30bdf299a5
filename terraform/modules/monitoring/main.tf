# The alarms about the system itself. modules/notifications has their texts. Metric math is CloudWatch's:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

locals {
  minute = 60
  hour   = 60 * 60
  gib    = 1024 * 1024 * 1024

  # Each alarm fires when a period has a data point above or below its threshold. No data means OK.
  alarms = merge(local.failed_runs, local.dead_letters, local.failing_parts)

  failing_parts = {
    authorizer-errors = {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = { FunctionName = var.authorizer_function_name }
      statistic  = "Sum"
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 1
      period     = local.minute
    }

    database-storage = {
      namespace  = "AWS/RDS"
      metric     = "FreeStorageSpace"
      dimensions = { DBInstanceIdentifier = var.database_identifier }
      statistic  = "Minimum"
      comparison = "LessThanThreshold"
      threshold  = floor(var.database_size_gib * local.gib * var.database_free_percent / 100)
      period     = 5 * local.minute
    }
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
  failed_run_metrics = {
    run-failed    = "ExecutionsFailed"
    run-timed-out = "ExecutionsTimedOut"
    run-aborted   = "ExecutionsAborted"
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
    }
  }

  descriptions = merge(var.alarm_descriptions, {
    for purpose, queue in var.dead_letter_queue_names :
    "dead-letters-${purpose}" => replace(var.alarm_descriptions["dead-letters-${purpose}"], "{queue}", queue)
  })
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
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

# The threshold is a share of all requests, so that it means the same at night and at noon.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
resource "aws_cloudwatch_metric_alarm" "api_errors" {
  alarm_name          = "${var.name}-api-5xx"
  alarm_description   = replace(var.alarm_descriptions["api-5xx"], "{percent}", var.api_5xx_percent)
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.api_5xx_percent
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]

  metric_query {
    id          = "percent"
    expression  = "100 * errors / requests"
    label       = "5xx in percent of all requests"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "5xx", requests = "Count" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value
        dimensions  = { ApiId = var.api_id, Stage = var.api_stage }
        stat        = "Sum"
        period      = 5 * local.minute
      }
    }
  }
}

# Step Functions publishes this metric only when a run succeeds, so missing data means a missing run. After 25 hours
# without data, the alarm changes from OK to INSUFFICIENT_DATA. It starts in that state, so a new environment does not
# report runs that it could not have had.
resource "aws_cloudwatch_metric_alarm" "missing_run" {
  alarm_name          = "${var.name}-run-missing"
  alarm_description   = var.alarm_descriptions["run-missing"]
  namespace           = "AWS/States"
  metric_name         = "ExecutionsSucceeded"
  dimensions          = { StateMachineArn = var.state_machine_arn }
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = local.hour
  evaluation_periods  = 25
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]

  insufficient_data_actions = [var.topic_arn]
}
