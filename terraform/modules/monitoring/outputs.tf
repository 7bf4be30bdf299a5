locals {
  every_alarm = concat(
    values(aws_cloudwatch_metric_alarm.this),
    values(aws_cloudwatch_metric_alarm.api_errors),
    values(aws_cloudwatch_metric_alarm.silence),
    [aws_cloudwatch_metric_alarm.api_latency, aws_cloudwatch_metric_alarm.tasks_missing],
  )

  alarm_arns = sort([for alarm in local.every_alarm : alarm.arn])
}

output "alarm_names" {
  description = "Every alarm, in order."
  value       = sort([for alarm in local.every_alarm : alarm.alarm_name])
}

output "dashboard_name" {
  description = "The dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
