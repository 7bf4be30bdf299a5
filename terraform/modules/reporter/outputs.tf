output "function" {
  description = "The function's published version, for the pipeline."
  value       = module.function.version
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
