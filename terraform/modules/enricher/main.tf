data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadExportedObjects"
    actions   = ["s3:GetObject"]
    resources = ["${var.exported_bucket_arn}/date=*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
  statement {
    sid       = "ListDays"
    actions   = ["s3:ListBucket"]
    resources = [var.exported_bucket_arn, var.enriched_bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["date=*"]
    }
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
  statement {
    sid       = "ReplaceEnrichedObjects"
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
    resources = ["${var.enriched_bucket_arn}/date=*"]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-specific-table-indexes.html
  statement {
    sid       = "ReadCustomers"
    actions   = ["dynamodb:Scan"]
    resources = [var.customers_table_arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "enricher"
  description  = "Adds each reading's customer to a day's exported readings"
  package      = var.package
  architecture = var.architecture

  memory_mib         = var.memory_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days

  environment = {
    EXPORTED_BUCKET = var.exported_bucket
    ENRICHED_BUCKET = var.enriched_bucket
    CUSTOMERS_TABLE = var.customers_table
    TIME_ZONE       = var.time_zone
  }
}
