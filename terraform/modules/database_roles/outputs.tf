output "secret_arns" {
  description = "Secret of each role: owner, service, exporter. Whoever gets it can connect at once."
  value       = { for role, secret in aws_secretsmanager_secret.role : role => secret.arn }

  # A task that connects before its role exists fails.
  depends_on = [aws_lambda_invocation.this]
}

output "function_name" {
  description = "Name of the function. It can be invoked again, and then sets the passwords that the secrets have."
  value       = module.function.function_name
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
