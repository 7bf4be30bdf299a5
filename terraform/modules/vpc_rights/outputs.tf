output "policy" {
  description = "IAM policy, as JSON. A function's own policy includes it."
  value       = data.aws_iam_policy_document.this.json
}
