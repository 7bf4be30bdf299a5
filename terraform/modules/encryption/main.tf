# One key of the account encrypts the stores of customers' data: the table, the database and its secret, the buckets,
# the queues and the topic. CloudWatch's alarms could not publish to a topic under the key that AWS manages for SNS:
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
resource "aws_kms_key" "this" {
  description         = "Customers' data of ${var.name}"
  enable_key_rotation = true
}

# The policy is a resource of its own, so that resources that need only the key do not wait for it. A database takes
# long.
resource "aws_kms_key_policy" "this" {
  key_id = aws_kms_key.this.key_id
  policy = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

# The policy is like that of the keys that AWS manages. A principal that may use a store may use the key through it, and
# nobody may use the key in another way. So a role's policy names its data and no key.
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz
data "aws_iam_policy_document" "key" {
  statement {
    sid       = "RuleByTheAccountsPolicies"
    actions   = ["kms:*"]
    resources = ["*"] # in a key's own policy this is the key

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.account_id}:root"]
    }
  }

  statement {
    sid = "UseThroughTheStores"
    actions = [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [var.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for service in local.stores : "${service}.${var.region}.amazonaws.com"]
    }
  }

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
  statement {
    sid       = "NotifyOfAlarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

locals {
  stores = ["dynamodb", "rds", "s3", "secretsmanager", "sns", "sqs"]
}
