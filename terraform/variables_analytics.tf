variable "athena_scan_limit_mib" {
  type        = number
  description = "Most data that a query may read, in MiB. Athena ends a query that reads more."

  validation {
    # https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
    condition     = var.athena_scan_limit_mib >= 10 && floor(var.athena_scan_limit_mib) == var.athena_scan_limit_mib
    error_message = "A whole number from 10 on, the least that Athena takes."
  }
}

variable "athena_results_retention_days" {
  type        = number
  description = "Days that the results of queries are kept."

  validation {
    condition     = var.athena_results_retention_days >= 1 && var.athena_results_retention_days <= 3650 && floor(var.athena_results_retention_days) == var.athena_results_retention_days
    error_message = "1 to 3650 whole days."
  }
}
