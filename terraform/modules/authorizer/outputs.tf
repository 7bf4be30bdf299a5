output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "invoke_arn" {
  description = "What API Gateway calls to invoke the function."
  value       = module.function.invoke_arn
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
