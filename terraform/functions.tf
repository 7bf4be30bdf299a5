locals {
  # The settings of every function of the pipeline. A setting that all 6 need is added only here and in their `step`.
  step = {
    name               = var.name
    packages_dir       = local.packages_dir
    architecture       = var.cpu_architecture
    storage_mib        = var.pipeline_storage_mib
    time_zone          = var.time_zone
    log_retention_days = var.log_retention_days
    watching           = local.watching
  }

  watching = { tracing_mode = var.tracing_mode, log_format = var.function_log_format }

  # The functions that monitoring.tf watches.
  watched_functions = merge(
    {
      authorizer = { arn = module.authorizer.alias.arn, timeout_seconds = module.authorizer.timeout_seconds }
      planner    = module.planner.function
      exporter   = module.exporter.function
      enricher   = module.enricher.function
      alerting   = module.alerting.function
      publisher  = module.publisher.function
      reporter   = module.reporter.function
    },
    { for notifier in module.notifier : "notifier" => notifier.function },
  )
}
