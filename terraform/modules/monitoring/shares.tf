# The alarms on several metrics. Metric math is CloudWatch's:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

locals {
  api_dimensions = { ApiId = var.api_id, Stage = var.api_stage }

  # A share of all requests means the same at night and at noon. A few customers with a wrong key are no fault of the
  # system, so the share of 4xx must stay high for longer.
  api_shares = {
    "5xx" = { percent = var.api_5xx_percent, periods = 1 }
    "4xx" = { percent = var.api_4xx_percent, periods = 3 }
  }
}

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
resource "aws_cloudwatch_metric_alarm" "api_errors" {
  for_each = local.api_shares

  alarm_name          = "${var.name}-api-${each.key}"
  alarm_description   = replace(var.alarm_descriptions["api-${each.key}"], "{percent}", each.value.percent)
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.percent
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]

  metric_query {
    id          = "percent"
    expression  = "100 * errors / requests"
    label       = "${each.key} in percent of all requests"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = each.key, requests = "Count" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value
        dimensions  = local.api_dimensions
        stat        = "Sum"
        period      = 5 * local.minute
      }
    }
  }
}

# A deployment and a task that ECS replaces take a few minutes. The desired count follows auto scaling, so the alarm
# compares with it and not with a number.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
resource "aws_cloudwatch_metric_alarm" "tasks_missing" {
  alarm_name          = "${var.name}-tasks-missing"
  alarm_description   = var.alarm_descriptions["tasks-missing"]
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]

  metric_query {
    id          = "missing"
    expression  = "desired - running"
    label       = "Tasks that should run and do not"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { desired = "DesiredTaskCount", running = "RunningTaskCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = { ClusterName = var.cluster_name, ServiceName = var.service_name }
        stat        = "Average"
        period      = local.minute
      }
    }
  }
}
