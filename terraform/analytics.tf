# What analysts ask for in SQL: the published days.

module "analytics" {
  source = "./modules/analytics"

  name            = var.name
  region          = var.region
  account_id      = data.aws_caller_identity.current.account_id
  enriched_bucket = module.enriched_bucket
  results_bucket  = module.results_bucket
  kms_key_arn     = module.encryption.key_arn
  time_zone       = var.time_zone
  retention_days  = var.enriched_retention_days
  scan_limit_mib  = var.athena_scan_limit_mib
  force_destroy   = var.buckets_force_destroy
}
