output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}
