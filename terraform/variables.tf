variable "name" {
  type        = string
  description = "Prefix of every name. Two environments in one account differ in it."

  validation {
    # The load balancer's name, "<name>-service", may have 32 characters; a bucket's, with purpose and account, 63.
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "2 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last."
  }
}

variable "region" {
  type        = string
  description = "AWS region of every resource."
}

variable "availability_zones" {
  type        = list(string)
  description = "The 2 availability zones. Each gets a public and a private subnet."

  validation {
    condition     = length(distinct(var.availability_zones)) == 2 && length(var.availability_zones) == 2
    error_message = "Exactly 2 different availability zones."
  }
}

variable "vpc_cidr_block" {
  type        = string
  description = "Address range of the VPC. Each subnet takes 1/16 of it."

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr_block, 4, 15)) && tonumber(split("/", var.vpc_cidr_block)[1]) <= 24
    error_message = "An IPv4 range in CIDR notation, /24 or larger."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags on every resource, in addition to Application, Environment and ManagedBy."
  default     = {}
}

variable "time_zone" {
  type        = string
  description = "IANA time zone of the local days that the pipeline exports and judges. It must not change once there are readings."
}

variable "log_level" {
  type        = string
  description = "Log level of the ingestion service."

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "DEBUG, INFO, WARNING or ERROR."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that every log group keeps its events. CloudWatch Logs takes only certain numbers."

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the database, the customers table and the load balancer."
}

variable "cpu_architecture" {
  type        = string
  description = "Processor of tasks and functions. The image and the packages must be built for it."

  validation {
    condition     = contains(["x86_64", "arm64"], var.cpu_architecture)
    error_message = "x86_64 or arm64."
  }
}

variable "lambda_packages_dir" {
  type        = string
  description = "Folder of the Lambda packages (<cpu_architecture>/<function>.zip), relative to this folder."
  default     = "../build/lambdas"
}

# Customers' requests

variable "authorizer_cache_seconds" {
  type        = number
  description = "Seconds for which the API caches an authorizer's answer for the same key and path. 0 turns the cache off."

  validation {
    condition     = var.authorizer_cache_seconds >= 0 && var.authorizer_cache_seconds <= 3600
    error_message = "0 to 3600 seconds."
  }
}

variable "api_throttling_rate_limit" {
  type        = number
  description = "Requests per second that each route of the API takes on average."
}

variable "api_throttling_burst_limit" {
  type        = number
  description = "Requests that each route of the API takes in a burst."
}

# The ingestion service

variable "service_image_tag" {
  type        = string
  description = "Tag of the service's image in its repository. Tags are immutable, so a new image has a new tag."
}

variable "service_cpu" {
  type        = number
  description = "CPU units of a task. 1024 units are one virtual CPU."
}

variable "service_memory_mib" {
  type        = number
  description = "Memory of a task in MiB. Fargate takes only certain combinations with the CPU."
}

variable "service_min_tasks" {
  type        = number
  description = "Tasks that always run."

  validation {
    condition     = var.service_min_tasks >= 2
    error_message = "At least 2, one for each availability zone."
  }
}

variable "service_max_tasks" {
  type        = number
  description = "Most tasks that auto scaling may run."

  validation {
    condition     = var.service_max_tasks >= var.service_min_tasks
    error_message = "At least service_min_tasks."
  }
}

variable "service_target_cpu_percent" {
  type        = number
  description = "Average CPU use of the tasks that auto scaling keeps, in percent."

  validation {
    condition     = var.service_target_cpu_percent > 0 && var.service_target_cpu_percent <= 100
    error_message = "Above 0, up to 100."
  }
}

variable "images_force_delete" {
  type        = bool
  description = "Whether Terraform deletes the images when it destroys the image repository."
}

# The database

variable "database_instance_class" {
  type        = string
  description = "RDS instance class."
}

variable "database_allocated_storage_gib" {
  type        = number
  description = "Storage that the database starts with, in GiB."

  validation {
    condition     = var.database_allocated_storage_gib >= 20
    error_message = "At least 20 GiB, the least of gp3."
  }
}

variable "database_max_storage_gib" {
  type        = number
  description = "Most storage to which the database may grow by itself, in GiB."

  validation {
    condition     = var.database_max_storage_gib >= var.database_allocated_storage_gib * 1.1
    error_message = "At least 10 % more than database_allocated_storage_gib."
  }
}

variable "database_multi_az" {
  type        = bool
  description = "Whether a standby runs in the other availability zone."
}

variable "database_backup_retention_days" {
  type        = number
  description = "Days that automatic backups are kept. 0 turns them off."

  validation {
    condition     = var.database_backup_retention_days >= 0 && var.database_backup_retention_days <= 35
    error_message = "0 to 35 days."
  }
}

variable "database_skip_final_snapshot" {
  type        = bool
  description = "Whether the database is deleted without a last snapshot."
}

variable "database_apply_changes_instantly" {
  type        = bool
  description = "Whether changes of the database apply at once instead of in the next maintenance window."
}

variable "database_sslmode" {
  type        = string
  description = "libpq's sslmode, with which the service and the exporter connect to the database."

  validation {
    condition     = contains(["prefer", "require"], var.database_sslmode)
    error_message = "prefer, or require where the server has TLS."
  }
}

variable "database_password_version" {
  type        = number
  description = "A number that is raised by 1 to give the master user and each role a new password. Then force a new deployment of the service."

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "A whole number from 1."
  }
}

variable "secret_recovery_days" {
  type        = number
  description = "Days in which the deleted database secret can be restored, 7 to 30. 0 deletes it at once."

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "0, or 7 to 30 days."
  }
}

variable "readings_retention_days" {
  type        = number
  description = "Local days before today whose readings the database keeps. Older readings are dropped and refused."

  validation {
    condition     = var.readings_retention_days >= 2 && var.readings_retention_days <= 100000
    error_message = "2 to 100000 days."
  }
}

# Readings

variable "metering_point_pattern" {
  type        = string
  description = "Regular expression that a whole metering point number must match. It narrows the form that every deployment takes."

  validation {
    condition     = can(regexall(var.metering_point_pattern, ""))
    error_message = "A regular expression."
  }
}

variable "clock_tolerance_seconds" {
  type        = number
  description = "Seconds by which a reading's start may miss the grid or lie in the future. It is put on the grid."

  validation {
    condition     = var.clock_tolerance_seconds >= 0 && var.clock_tolerance_seconds <= 120
    error_message = "0 to 120 seconds."
  }
}

variable "grace_days" {
  type        = number
  description = "Days after the end of a supply in which the customer may still send readings of the supply."

  validation {
    condition     = var.grace_days >= 0 && var.grace_days <= 3650
    error_message = "0 to 3650 days."
  }
}

# The pipeline

variable "pipeline_schedule_expression" {
  type        = string
  description = "When the daily rule starts the pipeline: an EventBridge cron expression, in UTC."
}

variable "pipeline_shards" {
  type        = number
  description = "Least number of shards of a day. A shard has about 7,000 customers and is an object in each bucket."

  validation {
    condition     = var.pipeline_shards >= 1 && var.pipeline_shards <= 10000 && floor(var.pipeline_shards) == var.pipeline_shards
    error_message = "A whole number from 1 to 10000. A part's number has 5 digits."
  }
}

variable "pipeline_max_concurrency" {
  type        = number
  description = "Shards that are processed at the same time. The export of each takes a connection to the database."

  validation {
    condition     = var.pipeline_max_concurrency >= 1 && var.pipeline_max_concurrency <= 1000
    error_message = "1 to 1000, the functions that an account runs at once unless its quota is raised."
  }
}

variable "pipeline_storage_mib" {
  type        = number
  description = "Size of the pipeline functions' /tmp in MiB: a shard's objects of a step, a segment's customers, or all alarms of a type."
}

variable "planner_memory_mib" {
  type        = number
  description = "Memory of the planner in MiB. Its share of CPU follows it."
}

variable "exporter_memory_mib" {
  type        = number
  description = "Memory of the exporter in MiB. Its share of CPU follows it."
}

variable "enricher_memory_mib" {
  type        = number
  description = "Memory of the enricher in MiB. Its share of CPU follows it."
}

variable "alerting_memory_mib" {
  type        = number
  description = "Memory of the alerting in MiB. Its share of CPU follows it."
}

variable "publisher_memory_mib" {
  type        = number
  description = "Memory of the publisher in MiB. Its share of CPU follows it."
}

variable "catch_up_schedule_expression" {
  type        = string
  description = "EventBridge expression for the start of a catch-up, in UTC."
}

variable "catch_up_days" {
  type        = number
  description = "Most days of one catch-up. The newest days come first."

  validation {
    condition     = var.catch_up_days >= 1 && var.catch_up_days <= 366
    error_message = "1 to 366 days."
  }
}

variable "catch_up_shards" {
  type        = number
  description = "Changed shards after which a catch-up takes no further day."

  validation {
    condition     = var.catch_up_shards >= 1 && var.catch_up_shards <= 100000
    error_message = "1 to 100000 shards."
  }
}

variable "exported_retention_days" {
  type        = number
  description = "Days that exported objects are kept."
}

variable "enriched_retention_days" {
  type        = number
  description = "Days that enriched objects and lists of alarms are kept."
}

variable "buckets_force_destroy" {
  type        = bool
  description = "Whether Terraform deletes the objects when it destroys a bucket."
}

variable "admin_email" {
  type        = string
  description = "Address of the e-mails in docs/notifications.md. Its owner confirms the subscription once."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.admin_email))
    error_message = "An e-mail address."
  }
}

# Thresholds of the e-mails to the administrator

variable "alarm_api_5xx_percent" {
  type        = number
  description = "Share of 5xx answers in 5 minutes, in percent, above which the administrator is notified."

  validation {
    condition     = var.alarm_api_5xx_percent > 0 && var.alarm_api_5xx_percent < 100
    error_message = "Above 0, below 100."
  }
}

variable "alarm_database_free_storage_gib" {
  type        = number
  description = "Free storage of the database, in GiB, below which the administrator is notified."
}
