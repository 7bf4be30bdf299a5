variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "AWS region of the resources."
}

variable "account_id" {
  type        = string
  description = "AWS account of the resources."
}

variable "buckets" {
  type = list(object({
    name = string
    arn  = string
  }))
  description = "Buckets of the days' objects."
}

variable "results_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the results of queries."
}

variable "workgroup_arn" {
  type        = string
  description = "Athena workgroup in which people query."
}

variable "catalogue_arns" {
  type        = list(string)
  description = "Glue's catalogue, database and tables."
}

variable "alarms_table" {
  type = object({
    name      = string
    arn       = string
    index_arn = string
  })
  description = "Table of the alarms, and its index of open alarms."
}

variable "customers_table_arn" {
  type        = string
  description = "Table of the customers."
}

variable "customers_described_by" {
  type        = list(string)
  description = "Attributes of a customer that a person may read."
}

variable "state_machine_name" {
  type        = string
  description = "The pipeline's state machine."
}

variable "service_arn" {
  type        = string
  description = "ECS service of the ingestion service."
}

variable "queue_arns" {
  type = object({
    alarms             = string
    alarms_dead_letter = string
    undelivered_events = string
  })
  description = "The queue of the alarms, and the 2 dead-letter queues."
}

variable "log_groups" {
  type        = list(string)
  description = "Log groups of the pipeline's steps."
}
