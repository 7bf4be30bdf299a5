# Names and sizes for AWS. Terraform's code does not know which file it was given.

name           = "energy"
release        = "1.0.0"
region         = "eu-central-1"
vpc_cidr_block = "10.20.0.0/16"
nat_gateways   = 2
time_zone      = "Europe/Zagreb"
admin_email    = "admin@energy.example" # yours: AWS sends it a link that confirms the subscription

log_level           = "INFO"
log_retention_days  = 365
tracing_mode        = "Active"
function_log_format = "JSON"
deletion_protection = true
cpu_architecture    = "x86_64"

domain_name            = ""
domain_certificate_arn = ""
domain_zone_id         = ""
domain_alone           = false

authorizer_cache_seconds        = 300
api_throttling_rate_limit       = 1000
api_throttling_burst_limit      = 2000
authorizer_reserved_concurrency = 100 # a new account has 10 in all: raise the quota first

service_cpu                = 512
service_memory_mib         = 1024
service_min_tasks          = 2
service_max_tasks          = 10
service_target_cpu_percent = 60
images_force_delete        = false

database_instance_class          = "db.t4g.medium"
database_allocated_storage_gib   = 50
database_max_storage_gib         = 500
database_multi_az                = true
database_backup_retention_days   = 14
database_skip_final_snapshot     = false
database_apply_changes_instantly = false
database_sslmode                 = "require"
database_password_version        = 1
readings_retention_days          = 90
secret_recovery_days             = 7

metering_point_pattern  = "[0-9A-Z]([0-9A-Z-]{0,33}[0-9A-Z])?"
clock_tolerance_seconds = 30
grace_days              = 30

# 01:15 UTC is 02:15 or 03:15 in Zagreb: the day before is over on either side of the clock change.
pipeline_schedule_expression = "cron(15 1 * * ? *)"
catch_up_schedule_expression = "rate(1 hour)"
catch_up_days                = 7
catch_up_shards              = 2000
pipeline_shards              = 32
pipeline_max_concurrency     = 16
pipeline_storage_mib         = 4096
planner_memory_mib           = 1769
exporter_memory_mib          = 1769
enricher_memory_mib          = 1769
alerting_memory_mib          = 1769
publisher_memory_mib         = 1769
reporter_memory_mib          = 1769
escalate_after_days          = 3
exported_retention_days      = 90
enriched_retention_days      = 1825
buckets_force_destroy        = false

athena_scan_limit_mib         = 102400
athena_results_retention_days = 30

alarm_api_5xx_percent               = 1
alarm_api_4xx_percent               = 50
alarm_api_latency_ms                = 2000
alarm_api_least_requests_per_hour   = 1
alarm_queue_age_hours               = 24
alarm_database_free_storage_percent = 5
alarm_database_cpu_percent          = 80
alarm_database_free_memory_mib      = 256

customer_notifications = "none"
customer_mail_from     = "no-reply@energy.example" # yours: AWS sends it a link, once customer_notifications is "ses"
