data "aws_iam_policy_document" "work" {
  # A conditional write needs the right to read too.
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  statement {
    sid       = "KnowOtherRuns"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/runs/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadPublications"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/publications/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "HandOverCustomers"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
  }

  # Without this right, S3 answers 403 for a missing object, as for a forbidden one. A condition on the prefix is not
  # possible, because a read of an object has no prefix.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  statement {
    sid       = "ListEnrichedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.enriched_bucket.arn]
  }

  # The planner reads who a customer is, and no keys.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  statement {
    sid       = "ReadCustomers"
    actions   = ["dynamodb:Scan"]
    resources = [var.customers_table_arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = var.customers_described_by
    }

    # Without this, a scan that names no attribute would get all of them.
    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:Select"
      values   = ["SPECIFIC_ATTRIBUTES"]
    }
  }

  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
  statement {
    sid       = "EstimateCustomers"
    actions   = ["dynamodb:DescribeTable"]
    resources = [var.customers_table_arn]
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html
  statement {
    sid       = "SeeWhetherOthersRun"
    actions   = ["states:DescribeExecution"]
    resources = ["arn:aws:states:${var.region}:${var.account_id}:execution:${var.state_machine_name}:*"]
  }
}

module "function" {
  source = "../lambda"

  name         = var.step.name
  function     = "planner"
  description  = "Reads the customers for a day's run and divides the day into shards"
  package      = "${var.step.packages_dir}/planner.zip"
  architecture = var.step.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.step.storage_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.step.log_retention_days
  watching           = var.step.watching

  environment = {
    CUSTOMERS_TABLE         = var.customers_table
    ENRICHED_BUCKET         = var.enriched_bucket.name
    READINGS_RETENTION_DAYS = tostring(var.readings_retention_days)
    SHARDS                  = tostring(var.shards)
    TIME_ZONE               = var.step.time_zone
  }
}
