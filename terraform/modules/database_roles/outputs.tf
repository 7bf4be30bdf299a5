output "secret_arns" {
  description = "Secret of each role: owner, service, exporter. Whoever gets it can connect at once."
  value       = { for role, secret in aws_secretsmanager_secret.role : role => secret.arn }

  # A task that connects before its role exists fails.
  depends_on = [aws_lambda_invocation.this]
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
