# The alarms on data that does not come. An alarm starts in INSUFFICIENT_DATA, so a new environment does not report what
# it could not have had yet. Later it changes from OK to INSUFFICIENT_DATA, and that is the e-mail.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

locals {
  silences = {
    # Step Functions publishes this metric only when a run succeeds, so missing data means a missing run.
    run-missing = {
      namespace  = "AWS/States"
      metric     = "ExecutionsSucceeded"
      dimensions = { StateMachineArn = var.state_machine_arn }
      threshold  = 1
      periods    = 25
    }

    # Meters report each quarter-hour. The gateway publishes no number of requests when there is none.
    api-no-requests = {
      namespace  = "AWS/ApiGateway"
      metric     = "Count"
      dimensions = local.api_dimensions
      threshold  = var.api_least_requests_per_hour
      periods    = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "silence" {
  for_each = local.silences

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = replace(var.alarm_descriptions[each.key], "{requests}", var.api_least_requests_per_hour)
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = each.value.threshold
  period              = local.hour
  evaluation_periods  = each.value.periods
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]

  insufficient_data_actions = [var.topic_arn]
}
