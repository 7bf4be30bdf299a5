output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "invoke_arn" {
  description = "ARN that API Gateway calls to invoke the function."
  value       = module.function.invoke_arn
}

output "timeout_seconds" {
  description = "Seconds that a decision may take."
  value       = module.function.timeout_seconds
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
