# What the administrator is notified of, apart from the alarms about customers' data, and the dashboard.

module "monitoring" {
  source = "./modules/monitoring"

  name                        = var.name
  region                      = var.region
  topic_arn                   = module.notifications.topic_arn
  alarm_descriptions          = module.notifications.alarm_descriptions
  state_machine_arn           = module.pipeline.state_machine_arn
  api_id                      = module.api.api_id
  api_stage                   = module.api.stage
  api_5xx_percent             = var.alarm_api_5xx_percent
  api_4xx_percent             = var.alarm_api_4xx_percent
  api_latency_ms              = var.alarm_api_latency_ms
  api_least_requests_per_hour = var.alarm_api_least_requests_per_hour
  load_balancer               = module.load_balancer.metrics_name
  target_group                = module.load_balancer.target_group_metrics_name
  cluster_name                = module.service.cluster_name
  service_name                = module.service.service_name
  queue_name                  = module.publisher.queue.name
  queue_age_hours             = var.alarm_queue_age_hours
  database_identifier         = module.database.identifier
  database_size_gib           = module.database.size_gib
  database_free_percent       = var.alarm_database_free_storage_percent
  database_cpu_percent        = var.alarm_database_cpu_percent
  database_free_memory_mib    = var.alarm_database_free_memory_mib
  database_connections        = local.database_connections

  # The metrics of a function have its name alone, whatever version or alias was invoked.
  functions = {
    for key, function in local.watched_functions :
    key => { name = split(":", function.arn)[6], timeout_seconds = function.timeout_seconds }
  }

  dead_letter_queue_names = {
    alarms = module.publisher.dead_letter_queue_name
    events = module.undelivered_events.queue_name
  }
}
