# One item for each customer: the alarms, and the mails that were claimed. lambdas/notifier/records_table.py has its form.
resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_28:a lost table costs at most one further mail for each customer, and no data
  name         = "${var.name}-notifier"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "billing_metering_point_number"

  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "billing_metering_point_number"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

# DynamoDB's endpoints answer on plain HTTP too: https://docs.aws.amazon.com/general/latest/gr/ddb.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["dynamodb:*"]
    resources = [aws_dynamodb_table.this.arn]

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

resource "aws_dynamodb_resource_policy" "tls_only" {
  resource_arn = aws_dynamodb_table.this.arn
  policy       = data.aws_iam_policy_document.tls_only.json
}
