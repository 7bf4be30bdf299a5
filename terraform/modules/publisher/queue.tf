locals {
  fourteen_days = 14 * 24 * 60 * 60 # the longest that SQS keeps a message, in seconds
}

# The visibility timeout is 6 times the timeout of the notifier (modules/notifier).
resource "aws_sqs_queue" "alarms" {
  name                       = "${var.step.name}-alarms"
  message_retention_seconds  = local.fourteen_days
  visibility_timeout_seconds = 180
  receive_wait_time_seconds  = 20
  kms_master_key_id          = var.kms_key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.alarms_dead_letter.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "alarms_dead_letter" {
  name                      = "${var.step.name}-alarms-dead-letter"
  message_retention_seconds = local.fourteen_days
  kms_master_key_id         = var.kms_key_arn
}

resource "aws_sqs_queue_redrive_allow_policy" "alarms_dead_letter" {
  queue_url = aws_sqs_queue.alarms_dead_letter.url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.alarms.arn]
  })
}

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit
data "aws_iam_policy_document" "queue_tls_only" {
  for_each = local.queues

  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "tls_only" {
  for_each = local.queues

  queue_url = each.value.url
  policy    = data.aws_iam_policy_document.queue_tls_only[each.key].json
}

locals {
  queues = {
    alarms             = aws_sqs_queue.alarms
    alarms_dead_letter = aws_sqs_queue.alarms_dead_letter
  }
}
