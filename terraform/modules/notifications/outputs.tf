output "topic_arn" {
  description = "Topic of the e-mails."
  value       = aws_sns_topic.this.arn
}

output "alarm_descriptions" {
  description = "Description of each CloudWatch alarm, by the alarm's name without the prefix; modules/monitoring fills the braces."
  value       = local.alarm_descriptions
}

output "failure_mail" {
  description = "Subject and texts of the e-mail about a failed run; Step Functions fills the braces."
  value       = local.failure_mail
}
