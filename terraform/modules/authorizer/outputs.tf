output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "alias" {
  description = "The alias of the version that serves: its name, its ARN, and the ARN that API Gateway calls."
  value       = module.function.alias
}

output "timeout_seconds" {
  description = "Seconds that a decision may take."
  value       = module.function.timeout_seconds
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
