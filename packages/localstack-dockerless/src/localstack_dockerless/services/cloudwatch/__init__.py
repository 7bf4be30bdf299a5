"""CloudWatch: metrics of AWS's services that LocalStack's do not publish, and alarms judged as AWS judges them."""
