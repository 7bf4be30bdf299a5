# The catalogue of the enriched objects, and the workgroup in which people query them. Athena calls S3 and Glue with the
# rights of the person who queries: https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html

locals {
  # A name in SQL has no hyphen, unless it is quoted.
  database = replace(var.name, "-", "_")

  mib = 1024 * 1024
}

resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "The enriched readings of each day, what the checks found, and the alarms"
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries of the catalogue ${local.database}"
  force_destroy = var.force_destroy

  configuration {
    # A client can set neither another place nor another encryption of the results.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_mib * local.mib

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location = "s3://${var.results_bucket.name}/results/"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}
