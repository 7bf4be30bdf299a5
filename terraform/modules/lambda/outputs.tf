output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "ARN that API Gateway calls to invoke the function."
  value       = aws_lambda_function.this.invoke_arn
}

output "timeout_seconds" {
  description = "Seconds after which an invocation is killed."
  value       = aws_lambda_function.this.timeout
}

output "log_group" {
  description = "The function's log group."
  value       = aws_cloudwatch_log_group.this.name
}
