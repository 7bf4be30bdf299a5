output "github_variables" {
  description = "Variables of the repository's Actions, by their names in .github/workflows/deploy.yml."

  value = merge([
    for environment in keys(var.environments) : {
      "AWS_REGION_${upper(environment)}"      = var.region
      "STATE_BUCKET_${upper(environment)}"    = module.state.name
      "RELEASES_BUCKET_${upper(environment)}" = module.releases.name
      "PLAN_ROLE_${upper(environment)}"       = aws_iam_role.this["plan"].arn
      "DRIFT_ROLE_${upper(environment)}"      = aws_iam_role.this["drift"].arn
      "APPLY_ROLE_${upper(environment)}"      = aws_iam_role.this["apply-${environment}"].arn
    }
  ]...)
}
