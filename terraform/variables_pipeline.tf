variable "pipeline_schedule_expression" {
  type        = string
  description = "When the daily rule starts the pipeline: an EventBridge cron expression, in UTC."

  validation {
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    condition     = can(regex("^(cron\\(\\S+( \\S+){5}\\)|rate\\([1-9][0-9]* (minute|hour|day)s{0,1}\\))$", var.pipeline_schedule_expression))
    error_message = "An expression of EventBridge, such as rate(1 hour), or cron( ) with 6 fields."
  }
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
  description = "Size of the pipeline functions' /tmp in MiB: a shard's objects of a step, or a segment's customers."
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

variable "reporter_memory_mib" {
  type        = number
  description = "Memory of the reporter in MiB. Its share of CPU follows it."
}

variable "escalate_after_days" {
  type        = number
  description = "Days in a row without a reading after which the alarm of the silence is escalated."

  validation {
    condition     = var.escalate_after_days >= 2 && floor(var.escalate_after_days) == var.escalate_after_days
    error_message = "A whole number from 2 on. Every alarm lasts at least 1 day."
  }
}

variable "catch_up_schedule_expression" {
  type        = string
  description = "EventBridge expression for the start of a catch-up, in UTC."

  validation {
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    condition     = can(regex("^(cron\\(\\S+( \\S+){5}\\)|rate\\([1-9][0-9]* (minute|hour|day)s{0,1}\\))$", var.catch_up_schedule_expression))
    error_message = "An expression of EventBridge, such as rate(1 hour), or cron( ) with 6 fields."
  }
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

  validation {
    condition     = var.exported_retention_days >= var.readings_retention_days
    error_message = "At least readings_retention_days: a catch-up of a day reads its objects."
  }
}

variable "enriched_retention_days" {
  type        = number
  description = "Days that enriched objects are kept, and alarms after their last change."

  validation {
    condition     = var.enriched_retention_days >= var.readings_retention_days
    error_message = "At least readings_retention_days: a catch-up of a day reads its objects."
  }
}

variable "buckets_force_destroy" {
  type        = bool
  description = "Whether Terraform deletes the objects when it destroys a bucket."
}
