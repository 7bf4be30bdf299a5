resource "aws_dynamodb_table" "this" {
  name                        = "${var.name}-customers"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "billing_metering_point_number"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "billing_metering_point_number"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
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
