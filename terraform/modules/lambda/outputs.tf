output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "alias" {
  description = "The alias of the version that serves: its name, its ARN, and the ARN that API Gateway calls."
  value = {
    name       = aws_lambda_alias.live.name
    arn        = aws_lambda_alias.live.arn
    invoke_arn = aws_lambda_alias.live.invoke_arn
  }
}

output "version" {
  description = "The published version, for a caller that keeps one version from start to end: its ARN, the ARN of every version for a policy, and the timeout."
  value = {
    arn             = aws_lambda_function.this.qualified_arn
    every_arn       = "${aws_lambda_function.this.arn}:*"
    timeout_seconds = aws_lambda_function.this.timeout
  }
}

output "timeout_seconds" {
  description = "Seconds after which an invocation is killed."
  value       = aws_lambda_function.this.timeout
}

output "log_group" {
  description = "The function's log group."
  value       = aws_cloudwatch_log_group.this.name
}
