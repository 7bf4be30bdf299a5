# Where resources were before. Without these blocks an apply would make the topic and the NAT gateway again. Then the
# administrator would have to confirm the subscription again, and the gateway would have another address.

moved {
  from = module.publisher.aws_sns_topic.this
  to   = module.notifications.aws_sns_topic.this
}

moved {
  from = module.publisher.aws_sns_topic_policy.this
  to   = module.notifications.aws_sns_topic_policy.this
}

moved {
  from = module.publisher.aws_sns_topic_subscription.admin
  to   = module.notifications.aws_sns_topic_subscription.admin
}

moved {
  from = module.network.aws_eip.nat
  to   = module.network.aws_eip.nat["first"]
}

moved {
  from = module.network.aws_nat_gateway.this
  to   = module.network.aws_nat_gateway.this["first"]
}

moved {
  from = module.network.aws_route_table.private
  to   = module.network.aws_route_table.private["first"]
}

moved {
  from = module.network.aws_route.private_to_nat
  to   = module.network.aws_route.private_to_nat["first"]
}

moved {
  from = module.monitoring.aws_cloudwatch_metric_alarm.api_errors
  to   = module.monitoring.aws_cloudwatch_metric_alarm.api_errors["5xx"]
}

moved {
  from = module.monitoring.aws_cloudwatch_metric_alarm.missing_run
  to   = module.monitoring.aws_cloudwatch_metric_alarm.silence["run-missing"]
}
