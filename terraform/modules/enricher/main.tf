data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadExportedObjects"
    actions   = ["s3:GetObject"]
    resources = ["${var.exported_bucket_arn}/readings/date=*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadCustomersOfRun"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket_arn}/work/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "SeeWhoseTurnItIs"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket_arn}/runs/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReplaceEnrichedObjects"
    actions   = ["s3:PutObject"]
    resources = ["${var.enriched_bucket_arn}/readings/date=*"]
  }
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "enricher"
  description  = "Adds each reading's customer to a shard's exported readings"
  package      = var.package
  architecture = var.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.storage_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days

  environment = {
    EXPORTED_BUCKET = var.exported_bucket
    ENRICHED_BUCKET = var.enriched_bucket
    TIME_ZONE       = var.time_zone
  }
}
