# What people may do: a viewer looks, an operator acts. Attach a policy to a role or a permission set.

module "people" {
  source = "./modules/people"

  name               = var.name
  region             = var.region
  account_id         = data.aws_caller_identity.current.account_id
  buckets            = [module.exported_bucket, module.enriched_bucket]
  results_bucket     = module.results_bucket
  workgroup_arn      = module.analytics.workgroup.arn
  catalogue_arns     = module.analytics.database.arns
  alarms_table       = module.alarms.table
  state_machine_name = module.pipeline.state_machine_name
  service_arn        = module.service.service_arn

  customers_table_arn    = module.customers.table_arn
  customers_described_by = module.customers.described_by

  log_groups = [
    module.planner.log_group, module.exporter.log_group, module.enricher.log_group, module.alerting.log_group,
    module.publisher.log_group, module.reporter.log_group, module.pipeline.log_group,
  ]

  queue_arns = {
    alarms             = module.publisher.queue.arn
    alarms_dead_letter = module.publisher.dead_letter_queue_arn
    undelivered_events = module.undelivered_events.queue_arn
  }
}
