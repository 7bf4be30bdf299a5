data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadExportedObjects"
    actions   = ["s3:GetObjectVersion"]
    resources = ["${var.exported_bucket.arn}/readings/date=*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "UseObjectsOfRun"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "SeeWhoseTurnItIs"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/runs/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReplaceCustomers"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/customers/date=*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadCustomersOfPublication"
    actions   = ["s3:GetObjectVersion"]
    resources = ["${var.enriched_bucket.arn}/customers/date=*"]
  }

  # Without this right, S3 answers 403 for a missing object, as for a forbidden one. A condition on the prefix is not
  # possible, because a read of an object has no prefix.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  statement {
    sid       = "ListEnrichedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.enriched_bucket.arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.step.name
  function     = "enricher"
  description  = "Adds each reading's customer to a shard's exported readings"
  package      = "${var.step.packages_dir}/enricher.zip"
  architecture = var.step.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.step.storage_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.step.log_retention_days
  watching           = var.step.watching

  environment = {
    EXPORTED_BUCKET = var.exported_bucket.name
    ENRICHED_BUCKET = var.enriched_bucket.name
    TIME_ZONE       = var.step.time_zone
  }
}
