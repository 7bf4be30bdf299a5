"""CloudWatch Logs: filter patterns, and what reads by them: FilterLogEvents, subscriptions and metric filters."""
