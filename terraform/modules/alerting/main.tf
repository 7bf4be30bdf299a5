data "aws_iam_policy_document" "work" {
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReadEnrichedObjects"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket_arn}/date=*", "${var.enriched_bucket_arn}/alarms/*"]
  }

  # Without it a list that is not there yet answers 403 and cannot be told from a forbidden one; a condition on
  # the prefix would not hold for reading an object, which has none.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  statement {
    sid       = "ListEnrichedObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.enriched_bucket_arn]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "WriteAlarmLists"
    actions   = ["s3:PutObject"]
    resources = ["${var.enriched_bucket_arn}/alarms/*"]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-specific-table-indexes.html
  statement {
    sid       = "ReadCustomers"
    actions   = ["dynamodb:Scan"]
    resources = [var.customers_table_arn]
  }

  # https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
  statement {
    sid       = "MailTheAdmin"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]
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

  name         = var.name
  function     = "alerting"
  description  = "Raises an alarm where a customer's readings of a day are missing, incomplete or bare"
  package      = var.package
  architecture = var.architecture

  memory_mib         = var.memory_mib
  timeout_seconds    = 900
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days

  environment = {
    ENRICHED_BUCKET = var.enriched_bucket
    CUSTOMERS_TABLE = var.customers_table
    ALARM_TOPIC_ARN = aws_sns_topic.this.arn
    ALARM_QUEUE_URL = aws_sqs_queue.alarms.url
    TIME_ZONE       = var.time_zone
  }
}
