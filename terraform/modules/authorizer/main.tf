# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-specific-table-indexes.html
data "aws_iam_policy_document" "work" {
  statement {
    sid       = "ReadOneCustomer"
    actions   = ["dynamodb:GetItem"]
    resources = [var.customers_table_arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "authorizer"
  description  = "Lets a customer's key open that customer's own metering point"
  package      = var.package
  architecture = var.architecture

  # API Gateway waits ten seconds for an authorizer.
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  timeout_seconds = 10
  memory_mib      = 256

  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days

  environment = {
    CUSTOMERS_TABLE = var.customers_table
  }
}
