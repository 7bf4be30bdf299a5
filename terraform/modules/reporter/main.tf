data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid     = "ReadPublication"
    actions = ["s3:GetObject"]
    resources = [
      "${var.enriched_bucket.arn}/publications/date=*",
      "${var.enriched_bucket.arn}/numbers/date=*",
    ]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadCountsOfAlarms"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "SeeWhoseTurnItIs"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/runs/*"]
  }

  # A HEAD of an object needs the right to read it.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  statement {
    sid     = "StoreReports"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${var.enriched_bucket.arn}/summaries/date=*",
      "${var.enriched_bucket.arn}/reports/date=*",
    ]
  }

  # Without this right, S3 answers 403 for a missing object, as for a forbidden one. A condition on the prefix is not
  # possible, because a read of an object has no prefix.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  statement {
    sid       = "ListEnrichedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.enriched_bucket.arn]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
  statement {
    sid       = "CountOpenAlarms"
    actions   = ["dynamodb:Scan"]
    resources = [var.alarms_table.index_arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.step.name
  function     = "reporter"
  description  = "Writes the summary and the report of a publication"
  package      = "${var.step.packages_dir}/reporter.zip"
  architecture = var.step.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.step.storage_mib
  timeout_seconds    = 300
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.step.log_retention_days
  watching           = var.step.watching

  environment = {
    ENRICHED_BUCKET = var.enriched_bucket.name
    ALARMS_TABLE    = var.alarms_table.name
    TIME_ZONE       = var.step.time_zone
  }
}
