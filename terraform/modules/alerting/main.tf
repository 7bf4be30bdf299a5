data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid     = "ReadParts"
    actions = ["s3:GetObjectVersion"]
    resources = [
      "${var.enriched_bucket.arn}/work/*",
      "${var.enriched_bucket.arn}/customers/date=*",
      "${var.enriched_bucket.arn}/days/date=*",
    ]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadFacts"
    actions   = ["s3:GetObject"]
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
    sid     = "StoreParts"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${var.enriched_bucket.arn}/readings/date=*",
      "${var.enriched_bucket.arn}/findings/date=*",
      "${var.enriched_bucket.arn}/days/date=*",
      "${var.enriched_bucket.arn}/numbers/date=*",
    ]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "HandOverAlarms"
    actions   = ["s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
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
  function     = "alerting"
  description  = "Finds where a customer's readings of a day are missing, incomplete or bare"
  package      = "${var.step.packages_dir}/alerting.zip"
  architecture = var.step.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.step.storage_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.step.log_retention_days
  watching           = var.step.watching

  environment = {
    ENRICHED_BUCKET = var.enriched_bucket.name
    TIME_ZONE       = var.step.time_zone
  }
}
