output "state_machine_arn" {
  description = "The pipeline's state machine."
  value       = aws_sfn_state_machine.this.arn
}

output "state_machine_name" {
  description = "Name of the state machine. It is known before the state machine exists."
  value       = local.state_machine_name
}

output "rule_name" {
  description = "The rule that starts the state machine daily."
  value       = aws_cloudwatch_event_rule.daily.name
}

output "catch_up_rule_name" {
  description = "The rule that starts the catch-up."
  value       = aws_cloudwatch_event_rule.catch_up.name
}

output "log_group" {
  description = "Log group of the state machine."
  value       = aws_cloudwatch_log_group.this.name
}
