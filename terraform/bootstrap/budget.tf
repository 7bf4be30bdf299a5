# https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
# The budget is the whole account's: a filter by tag works only after a person activates the tag for cost allocation.
resource "aws_budgets_budget" "month" {
  name         = "${var.name}-month"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = var.budget_usd
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = {
      "80"  = "ACTUAL"
      "100" = "ACTUAL"
      "120" = "FORECASTED"
    }

    content {
      threshold                  = tonumber(notification.key)
      threshold_type             = "PERCENTAGE"
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value
      subscriber_email_addresses = [var.budget_email]
    }
  }
}
