# It reads only the attributes that decide or that the service needs, and writes only the days of last use. Every call names the key attribute.
# The answer to an update would show more, so the call asks for none.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
data "aws_iam_policy_document" "work" {
  statement {
    sid       = "ReadOneCustomer"
    actions   = ["dynamodb:GetItem"]
    resources = [var.customers_table_arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values = [
        local.key, "active", "api_key_hashes", local.last_used, "interval_minutes", "supplied_from", "supplied_until",
      ]
    }

    # Without this, a look-up that names no attribute would get all of them.
    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:Select"
      values   = ["SPECIFIC_ATTRIBUTES"]
    }
  }

  statement {
    sid       = "NoteUseOfKeys"
    actions   = ["dynamodb:UpdateItem"]
    resources = [var.customers_table_arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = [local.key, local.last_used]
    }

    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:ReturnValues"
      values   = ["NONE"]
    }
  }
}

locals {
  key       = "billing_metering_point_number"
  last_used = "api_keys_last_used"
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "authorizer"
  description  = "Lets a customer's key open that customer's own metering point"
  package      = var.package
  architecture = var.architecture

  # API Gateway waits at most 10 s for an authorizer.
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  timeout_seconds = 10
  memory_mib      = 256

  reserved_concurrency = var.reserved_concurrency

  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days
  watching           = var.watching

  environment = {
    CUSTOMERS_TABLE = var.customers_table
  }
}
