output "alarm_names" {
  description = "Every alarm, in order."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.api_errors.alarm_name, aws_cloudwatch_metric_alarm.missing_run.alarm_name],
  ))
}
