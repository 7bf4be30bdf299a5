variable "pipeline_schedule_expression" {
  type        = string
  description = "When the daily rule starts the pipeline: an EventBridge cron expression, in UTC."
}

variable "pipeline_shards" {
  type        = number
  description = "Least number of shards of a day. A shard has at most 7,000 customers and is an object in each bucket."

  validation {
    condition     = var.pipeline_shards >= 1 && var.pipeline_shards <= 200 && floor(var.pipeline_shards) == var.pipeline_shards
    error_message = "A whole number from 1 to 200, as their answers must fit into a state of 256 KiB."
  }
}

variable "pipeline_max_concurrency" {
  type        = number
  description = "Shards that are processed at the same time. The export of each takes a connection to the database."

  validation {
    condition     = var.pipeline_max_concurrency >= 1 && var.pipeline_max_concurrency <= 40
    error_message = "1 to 40, the most of an inline Map."
  }
}

variable "pipeline_storage_mib" {
  type        = number
  description = "Size of the pipeline functions' /tmp in MiB: a shard's objects of a step, or all alarms of a type."
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
