# Names and sizes for the stack on the laptop. Terraform's code does not know which file it was given.

name           = "energy-local"
release        = "local"
region         = "eu-central-1"
vpc_cidr_block = "10.20.0.0/16"
nat_gateways   = 1
time_zone      = "Europe/Zagreb"
admin_email    = "admin@energy.example"

log_level           = "INFO"
log_retention_days  = 7
tracing_mode        = "PassThrough"
function_log_format = "Text"
deletion_protection = false
cpu_architecture    = "x86_64"

domain_name            = ""
domain_certificate_arn = ""
domain_zone_id         = ""
domain_alone           = false

authorizer_cache_seconds        = 300
api_throttling_rate_limit       = 1000
api_throttling_burst_limit      = 2000
authorizer_reserved_concurrency = 100

service_cpu                = 256
service_memory_mib         = 512
service_min_tasks          = 2
service_max_tasks          = 4
service_target_cpu_percent = 60
images_force_delete        = true

database_instance_class          = "db.t4g.micro"
database_allocated_storage_gib   = 20
database_max_storage_gib         = 30
database_multi_az                = false
database_backup_retention_days   = 0
database_skip_final_snapshot     = true
database_apply_changes_instantly = true
database_sslmode                 = "prefer" # the Postgres of the wheel has no TLS
database_password_version        = 1
readings_retention_days          = 36500
secret_recovery_days             = 0

metering_point_pattern  = "[0-9A-Z]([0-9A-Z-]{0,33}[0-9A-Z])?"
clock_tolerance_seconds = 30
grace_days              = 30

pipeline_schedule_expression = "cron(15 1 * * ? *)"
catch_up_schedule_expression = "rate(1 hour)"
catch_up_days                = 7
catch_up_shards              = 2000
pipeline_shards              = 4
pipeline_max_concurrency     = 2
pipeline_storage_mib         = 2048
planner_memory_mib           = 512
exporter_memory_mib          = 512
enricher_memory_mib          = 512
alerting_memory_mib          = 512
publisher_memory_mib         = 512
reporter_memory_mib          = 512
escalate_after_days          = 3
exported_retention_days      = 36500
enriched_retention_days      = 36500
buckets_force_destroy        = true

athena_scan_limit_mib         = 1024
athena_results_retention_days = 7

alarm_api_5xx_percent               = 1
alarm_api_4xx_percent               = 50
alarm_api_latency_ms                = 10000
alarm_api_least_requests_per_hour   = 1
alarm_queue_age_hours               = 24
alarm_database_free_storage_percent = 5
alarm_database_cpu_percent          = 80
alarm_database_free_memory_mib      = 64

customer_notifications = "none"
customer_mail_from     = "no-reply@energy.example"
