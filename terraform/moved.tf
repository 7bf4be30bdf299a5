# Where resources were before. Without these blocks an apply would make the topic again, and the administrator would
# have to confirm the subscription again.

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
