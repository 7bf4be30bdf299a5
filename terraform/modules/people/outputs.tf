output "policy_arns" {
  description = "ARNs of the policies viewer and operator."
  value       = { for name, policy in aws_iam_policy.this : name => policy.arn }
}
