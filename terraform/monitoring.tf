# What the administrator is notified of, apart from the alarms about customers' data.

module "monitoring" {
  source = "./modules/monitoring"

  name                     = var.name
  topic_arn                = module.notifications.topic_arn
  alarm_descriptions       = module.notifications.alarm_descriptions
  state_machine_arn        = module.pipeline.state_machine_arn
  api_id                   = module.api.api_id
  api_stage                = module.api.stage
  api_5xx_percent          = var.alarm_api_5xx_percent
  authorizer_function_name = module.authorizer.function_name
  database_identifier      = module.database.identifier
  database_size_gib        = module.database.size_gib
  database_free_percent    = var.alarm_database_free_storage_percent

  dead_letter_queue_names = {
    alarms = module.publisher.dead_letter_queue_name
    events = module.undelivered_events.queue_name
  }
}
