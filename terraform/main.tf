# The modules are in the order in which a reading travels. First come the foundations (key, stores, and the network in
# network.tf). Then come API -> authorizer -> service -> planner -> exporter -> enricher -> alerting -> publisher ->
# reporter. The pipeline runs the last 6. notifications.tf and monitoring.tf watch all of it, analytics.tf asks for what it
# published, and people.tf says what people may do.

data "aws_caller_identity" "current" {}

module "encryption" {
  source = "./modules/encryption"

  name       = var.name
  region     = var.region
  account_id = data.aws_caller_identity.current.account_id
}

module "customers" {
  source = "./modules/customers"

  name                = var.name
  kms_key_arn         = module.encryption.key_arn
  deletion_protection = var.deletion_protection
}

module "alarms" {
  source = "./modules/alarms"

  name                = var.name
  kms_key_arn         = module.encryption.key_arn
  deletion_protection = var.deletion_protection
}

module "database" {
  source = "./modules/database"

  name                    = var.name
  subnet_ids              = module.network.private_subnet_ids
  security_group_id       = module.security_groups.ids["database"]
  kms_key_arn             = module.encryption.key_arn
  sslmode                 = var.database_sslmode
  instance_class          = var.database_instance_class
  allocated_storage_gib   = var.database_allocated_storage_gib
  max_storage_gib         = var.database_max_storage_gib
  multi_az                = var.database_multi_az
  backup_retention_days   = var.database_backup_retention_days
  deletion_protection     = var.deletion_protection
  skip_final_snapshot     = var.database_skip_final_snapshot
  apply_changes_instantly = var.database_apply_changes_instantly
}

module "database_roles" {
  source = "./modules/database_roles"

  name                 = var.name
  package              = "${local.packages_dir}/database_roles.zip"
  architecture         = var.cpu_architecture
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = module.security_groups.ids["roles"]
  database             = module.database.connection
  master               = module.database.master
  kms_key_arn          = module.encryption.key_arn
  password_version     = var.database_password_version
  secret_recovery_days = var.secret_recovery_days
  log_retention_days   = var.log_retention_days
  watching             = local.watching
}

module "exported_bucket" {
  source = "./modules/bucket"

  bucket_name    = "${var.name}-exported-${data.aws_caller_identity.current.account_id}"
  kms_key_arn    = module.encryption.key_arn
  retention_days = var.exported_retention_days
  short_lived    = { "restores/" = 7 } # objects of a restore of the database
  force_destroy  = var.buckets_force_destroy
}

module "enriched_bucket" {
  source = "./modules/bucket"

  bucket_name    = "${var.name}-enriched-${data.aws_caller_identity.current.account_id}"
  kms_key_arn    = module.encryption.key_arn
  retention_days = var.enriched_retention_days
  short_lived    = { "work/" = 7 } # objects that the steps of a run pass to each other
  force_destroy  = var.buckets_force_destroy
}

module "results_bucket" {
  source = "./modules/bucket"

  bucket_name    = "${var.name}-results-${data.aws_caller_identity.current.account_id}"
  kms_key_arn    = module.encryption.key_arn
  retention_days = var.athena_results_retention_days
  force_destroy  = var.buckets_force_destroy
}

module "api" {
  source = "./modules/http_api"

  name                     = var.name
  subnet_ids               = module.network.private_subnet_ids
  security_group_id        = module.security_groups.ids["vpc_link"]
  listener_arn             = module.load_balancer.listener_arn
  authorizer_function_name = module.authorizer.function_name
  authorizer_alias         = module.authorizer.alias
  authorizer_cache_seconds = var.authorizer_cache_seconds
  throttling_rate_limit    = var.api_throttling_rate_limit
  throttling_burst_limit   = var.api_throttling_burst_limit
  domain                   = local.domain
  log_retention_days       = var.log_retention_days
}

module "authorizer" {
  source = "./modules/authorizer"

  name                = var.name
  package             = "${local.packages_dir}/authorizer.zip"
  architecture        = var.cpu_architecture
  customers_table     = module.customers.table_name
  customers_table_arn = module.customers.table_arn
  log_retention_days  = var.log_retention_days
  watching            = local.watching

  reserved_concurrency = var.authorizer_reserved_concurrency
}

module "load_balancer" {
  source = "./modules/load_balancer"

  name                = var.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.security_groups.ids["load_balancer"]
  service_port        = module.security_groups.service_port
  deletion_protection = var.deletion_protection
}

module "service" {
  source = "./modules/service"

  name                = var.name
  region              = var.region
  account_id          = data.aws_caller_identity.current.account_id
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.security_groups.ids["service"]
  port                = module.security_groups.service_port
  target_group_arn    = module.load_balancer.target_group_arn
  database            = merge(module.database.connection, { secret_arns = module.database_roles.secret_arns })
  database_pool_size  = var.database_pool_size
  alarms_table        = module.alarms.table
  exported_bucket     = module.exported_bucket
  image               = local.image
  cpu_architecture    = var.cpu_architecture
  cpu                 = var.service_cpu
  memory_mib          = var.service_memory_mib
  min_tasks           = var.service_min_tasks
  max_tasks           = var.service_max_tasks
  target_cpu_percent  = var.service_target_cpu_percent
  log_level           = var.log_level
  log_retention_days  = var.log_retention_days
  images_force_delete = var.images_force_delete
  repository_dir      = "${path.root}/${var.repository_dir}"

  time_zone               = var.time_zone
  readings_retention_days = var.readings_retention_days
  metering_point_pattern  = var.metering_point_pattern
  clock_tolerance_seconds = var.clock_tolerance_seconds
  grace_days              = var.grace_days
}

module "planner" {
  source = "./modules/planner"

  step                    = local.step
  region                  = var.region
  account_id              = data.aws_caller_identity.current.account_id
  state_machine_name      = module.pipeline.state_machine_name
  memory_mib              = var.planner_memory_mib
  shards                  = var.pipeline_shards
  readings_retention_days = var.readings_retention_days
  enriched_bucket         = module.enriched_bucket
  customers_table         = module.customers.table_name
  customers_table_arn     = module.customers.table_arn
  customers_described_by  = module.customers.described_by
}

module "exporter" {
  source = "./modules/exporter"

  step              = local.step
  memory_mib        = var.exporter_memory_mib
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.security_groups.ids["exporter"]
  database          = merge(module.database.connection, { secret_arn = module.database_roles.secret_arns["exporter"] })
  exported_bucket   = module.exported_bucket
  enriched_bucket   = module.enriched_bucket

  readings_retention_days = var.readings_retention_days
  catch_up_days           = var.catch_up_days
  catch_up_shards         = var.catch_up_shards
}

module "enricher" {
  source = "./modules/enricher"

  step            = local.step
  memory_mib      = var.enricher_memory_mib
  exported_bucket = module.exported_bucket
  enriched_bucket = module.enriched_bucket
}

module "alerting" {
  source = "./modules/alerting"

  step            = local.step
  memory_mib      = var.alerting_memory_mib
  enriched_bucket = module.enriched_bucket
}

module "publisher" {
  source = "./modules/publisher"

  step            = local.step
  memory_mib      = var.publisher_memory_mib
  exported_bucket = module.exported_bucket
  enriched_bucket = module.enriched_bucket
  kms_key_arn     = module.encryption.key_arn
  topic_arn       = module.notifications.topic_arn
  alarms_table    = module.alarms.table

  escalate_after_days   = var.escalate_after_days
  alarms_retention_days = var.enriched_retention_days
}

module "reporter" {
  source = "./modules/reporter"

  step            = local.step
  memory_mib      = var.reporter_memory_mib
  enriched_bucket = module.enriched_bucket
  alarms_table    = module.alarms.table
}

module "undelivered_events" {
  source = "./modules/undelivered_events"

  name       = var.name
  region     = var.region
  account_id = data.aws_caller_identity.current.account_id
}

module "pipeline" {
  source = "./modules/pipeline"

  name                = var.name
  region              = var.region
  account_id          = data.aws_caller_identity.current.account_id
  bucket              = module.enriched_bucket
  schedule_expression = var.pipeline_schedule_expression
  max_concurrency     = var.pipeline_max_concurrency
  topic_arn           = module.notifications.topic_arn
  failure_mail        = module.notifications.failure_mail
  log_retention_days  = var.log_retention_days
  tracing_mode        = var.tracing_mode

  undelivered_events_queue_arn = module.undelivered_events.queue_arn
  catch_up_schedule_expression = var.catch_up_schedule_expression

  functions = {
    planner   = module.planner.function
    exporter  = module.exporter.function
    enricher  = module.enricher.function
    alerting  = module.alerting.function
    publisher = module.publisher.function
    reporter  = module.reporter.function
  }
}
