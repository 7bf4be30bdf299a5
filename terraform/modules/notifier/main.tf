# The notifier takes the events of the alarm queue, and mails the customers who want it. docs/customer-mails.md has the
# mails.

data "aws_iam_policy_document" "work" {
  # The event source mapping receives and deletes in the function's name. The function itself postpones a message.
  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
  statement {
    sid = "TakeAlarms"
    actions = [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ChangeMessageVisibility",
    ]
    resources = [var.queue.arn]
  }

  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html
  statement {
    sid       = "RememberMails"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [aws_dynamodb_table.this.arn]
  }

  # https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
  statement {
    sid       = "MailCustomers"
    actions   = ["ses:SendEmail"]
    resources = [aws_ses_email_identity.sender.arn]

    condition {
      test     = "StringEquals"
      variable = "ses:FromAddress"
      values   = [var.mail_from]
    }
  }
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "notifier"
  description  = "Mails customers about their alarms"
  package      = var.package
  architecture = var.architecture

  memory_mib         = 256
  timeout_seconds    = 30
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days
  watching           = var.watching

  environment = {
    ALARM_QUEUE_URL    = var.queue.url
    NOTIFIER_TABLE     = aws_dynamodb_table.this.name
    CUSTOMER_MAIL_FROM = aws_ses_email_identity.sender.email
    TIME_ZONE          = var.time_zone
  }
}

# 2 is the least that Lambda takes. More would only meet SES's rate sooner.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
resource "aws_lambda_event_source_mapping" "alarms" {
  event_source_arn        = var.queue.arn
  function_name           = module.function.alias.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }

  lifecycle {
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
    precondition {
      condition     = var.queue.visibility_timeout_seconds >= 6 * module.function.timeout_seconds
      error_message = "The queue's visibility timeout must be at least 6 times the function's timeout."
    }
  }
}

# AWS sends a link to this address, and its owner follows it once.
# https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html#verify-email-addresses-procedure
resource "aws_ses_email_identity" "sender" {
  email = var.mail_from
}
