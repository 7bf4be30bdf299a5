data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
  statement {
    sid       = "ListExportedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.exported_bucket.arn]
  }

  # Without this right, S3 answers 403 for a missing object, as for a forbidden one. A condition on the prefix is not
  # possible, because a read of an object has no prefix.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  statement {
    sid       = "ListEnrichedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.enriched_bucket.arn]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid     = "SealParts"
    actions = ["s3:GetObject", "s3:DeleteObject"]
    resources = [
      "${var.exported_bucket.arn}/readings/date=*",
      "${var.enriched_bucket.arn}/readings/date=*",
      "${var.enriched_bucket.arn}/customers/date=*",
      "${var.enriched_bucket.arn}/findings/date=*",
      "${var.enriched_bucket.arn}/days/date=*",
      "${var.enriched_bucket.arn}/alarm_rows/date=*",
    ]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "StoreAlarms"
    actions   = ["s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/alarm_rows/date=*"]
  }

  # A conditional write needs the right to read too.
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  statement {
    sid     = "AddPublication"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${var.enriched_bucket.arn}/publications/*",
      "${var.enriched_bucket.arn}/publication_rows/*",
    ]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "PassOnShards"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid     = "ReadFindings"
    actions = ["s3:GetObjectVersion"]
    resources = [
      "${var.enriched_bucket.arn}/findings/date=*",
      "${var.enriched_bucket.arn}/customers/date=*",
    ]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-only-permissions-on-table-items.html
  statement {
    sid       = "KeepAlarms"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [var.alarms_table.arn]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
  statement {
    sid       = "CountOpenAlarms"
    actions   = ["dynamodb:Scan"]
    resources = [var.alarms_table.index_arn]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "RecordRuns"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/alarms/*", "${var.enriched_bucket.arn}/runs/*"]
  }

  # https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
  statement {
    sid       = "MailTheAdmin"
    actions   = ["sns:Publish"]
    resources = [var.topic_arn]
  }

  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html
  statement {
    sid       = "QueueAlarms"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.alarms.arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.step.name
  function     = "publisher"
  description  = "Verifies a run's objects, publishes them, and keeps the alarms"
  package      = "${var.step.packages_dir}/publisher.zip"
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
    ALARMS_TABLE    = var.alarms_table.name
    ALARM_TOPIC_ARN = var.topic_arn
    ALARM_QUEUE_URL = aws_sqs_queue.alarms.url
    TIME_ZONE       = var.step.time_zone

    ESCALATE_AFTER_DAYS   = tostring(var.escalate_after_days)
    ALARMS_RETENTION_DAYS = tostring(var.alarms_retention_days)
  }
}
