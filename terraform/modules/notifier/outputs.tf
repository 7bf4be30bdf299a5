output "function" {
  description = "ARN and timeout of the function."
  value = {
    arn             = module.function.alias.arn
    timeout_seconds = module.function.timeout_seconds
  }
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
