output "state_machine_arn" {
  description = "The pipeline's state machine."
  value       = aws_sfn_state_machine.this.arn
}

output "state_machine_name" {
  description = "Its name, known before it is there."
  value       = local.state_machine_name
}

output "rule_name" {
  description = "The rule that runs it daily."
  value       = aws_cloudwatch_event_rule.daily.name
}

output "log_group" {
  description = "Log group of the state machine."
  value       = aws_cloudwatch_log_group.this.name
}
