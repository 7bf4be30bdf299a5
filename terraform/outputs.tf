# Tools and tests rely on these names.

output "name" {
  description = "Name of this deployment, the prefix of every name."
  value       = var.name
}

output "api_url" {
  description = "Base address of the public API."
  value       = module.api.url
}

output "api_domain_target" {
  description = "Name to which a CNAME record of domain_name leads, where the domain's zone is not in Route 53. Empty without a domain."
  value       = module.api.domain_target
}

output "customers_table" {
  description = "DynamoDB table of the customers."
  value       = module.customers.table_name
}

output "metering_point_pattern" {
  description = "Regular expression that a whole metering point number must match."
  value       = var.metering_point_pattern
}

output "alarms_table" {
  description = "DynamoDB table of the alarms."
  value       = module.alarms.table.name
}

output "key_revocation_seconds" {
  description = "Most seconds for which a revoked key still works: the cache's time and the authorizer's timeout."
  value       = module.authorizer.timeout_seconds + module.api.authorizer_cache_seconds
}

output "exported_bucket" {
  description = "Bucket of each day's exported readings."
  value       = module.exported_bucket.name
}

output "enriched_bucket" {
  description = "Bucket of each day's enriched readings, findings and publications."
  value       = module.enriched_bucket.name
}

output "athena_workgroup" {
  description = "Athena workgroup in which people query."
  value       = module.analytics.workgroup.name
}

output "glue_database" {
  description = "Glue database of the tables that people query."
  value       = module.analytics.database.name
}

output "viewer_policy_arn" {
  description = "Managed policy of a person who looks at everything and changes nothing."
  value       = module.people.policy_arns.viewer
}

output "operator_policy_arn" {
  description = "Managed policy of a person who starts runs, keeps alarms and re-queues dead letters too."
  value       = module.people.policy_arns.operator
}

output "state_machine_arn" {
  description = "State machine of the daily pipeline."
  value       = module.pipeline.state_machine_arn
}

output "time_zone" {
  description = "IANA time zone of the pipeline's local days."
  value       = var.time_zone
}

output "daily_rule" {
  description = "EventBridge rule that starts the pipeline."
  value       = module.pipeline.rule_name
}

output "alarm_topic_arn" {
  description = "SNS topic of the e-mails to the administrator."
  value       = module.notifications.topic_arn
}

output "alarm_queue_url" {
  description = "SQS queue with one message for each change of an alarm."
  value       = module.publisher.queue_url
}

output "alarm_dead_letter_queue_url" {
  description = "SQS queue of the alarm messages that could not be processed."
  value       = module.publisher.dead_letter_queue_url
}

output "undelivered_events_queue_url" {
  description = "SQS queue of the scheduled events that could not start the pipeline."
  value       = module.undelivered_events.queue_url
}

output "monitoring_alarms" {
  description = "Names of the CloudWatch alarms that notify the administrator."
  value       = module.monitoring.alarm_names
}

output "ecr_repository_url" {
  description = "Repository that the service's image is pushed to."
  value       = module.service.repository_url
}

output "ecs_cluster" {
  description = "ECS cluster of the ingestion service."
  value       = module.service.cluster_name
}

output "ecs_service" {
  description = "ECS service of the ingestion service."
  value       = module.service.service_name
}

output "migration_task" {
  description = "The task that migrates the database's schema: where it runs, and its log group."
  value       = module.service.migration_task
}

output "database_address" {
  description = "Host name of the database."
  value       = module.database.connection.host
}

output "database_port" {
  description = "Port of the database."
  value       = module.database.connection.port
}

output "database_name" {
  description = "Name of the database."
  value       = module.database.connection.name
}

output "database_connections" {
  description = "Most connections to the database: the pools of twice the tasks, the exports and 10 more."
  value       = local.database_connections
}

output "database_secret_arn" {
  description = "Secret of the role that owns the tables, for operators. The master user's secret is for the function database_roles."
  value       = module.database_roles.secret_arns["owner"]
}

output "database_instance" {
  description = "What a DB instance needs that is restored from a snapshot, and the function that sets the roles' passwords."
  value       = merge(module.database.instance, { roles_function = module.database_roles.function_name })
}

output "readings_retention_days" {
  description = "Local days before today whose readings the database keeps."
  value       = var.readings_retention_days
}

output "log_groups" {
  description = "CloudWatch log group of each part."
  value = merge({
    database_roles = module.database_roles.log_group
    api            = module.api.log_group
    ingestion      = module.service.log_group
    authorizer     = module.authorizer.log_group
    planner        = module.planner.log_group
    exporter       = module.exporter.log_group
    enricher       = module.enricher.log_group
    alerting       = module.alerting.log_group
    publisher      = module.publisher.log_group
    reporter       = module.reporter.log_group
    pipeline       = module.pipeline.log_group
  }, { for notifier in module.notifier : "notifier" => notifier.log_group })
}
