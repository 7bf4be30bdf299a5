# Encrypted at rest with DynamoDB's own key, which is the default and costs nothing:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
resource "aws_dynamodb_table" "this" {
  name                        = "${var.name}-customers"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "billing_metering_point_number"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "billing_metering_point_number"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }
}
