# The alarms: one item for each metering point, check and day, and one for the silent days of a metering point.
# domain/alarm_items.py has the attributes.
resource "aws_dynamodb_table" "this" {
  name                        = "${var.name}-alarms"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "billing_metering_point_number"
  range_key                   = "alarm"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "billing_metering_point_number"
    type = "S"
  }

  attribute {
    name = "alarm"
    type = "S"
  }

  attribute {
    name = "open_on"
    type = "S"
  }

  # Only alarms that are open or acknowledged have the attribute, so the index has no other.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
  global_secondary_index {
    name               = "open"
    hash_key           = "open_on"
    range_key          = "billing_metering_point_number"
    projection_type    = "INCLUDE"
    non_key_attributes = ["state"]
  }

  # DynamoDB deletes an alarm when the objects that explain it have expired.
  ttl {
    attribute_name = "expires_at"
    enabled        = true
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
