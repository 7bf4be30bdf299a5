variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "account_id" {
  type        = string
  description = "Account whose rule and state machine may use the roles."
}

variable "region" {
  type        = string
  description = "Region of the state machine."
}

variable "bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the objects that the steps of a run pass to each other."
}

variable "schedule_expression" {
  type        = string
  description = "EventBridge expression for the start of the pipeline, in UTC."
}

variable "catch_up_schedule_expression" {
  type        = string
  description = "EventBridge expression for the start of a catch-up."
}

variable "max_concurrency" {
  type        = number
  description = "Shards that are processed at the same time."
}

variable "topic_arn" {
  type        = string
  description = "Topic of the e-mails to the administrator."
}

variable "failure_mail" {
  type = object({
    subject          = string
    message          = string
    message_in_short = string
  })
  description = "Subject and texts of the e-mail about a failed run, with braces that Step Functions fills."
}

variable "undelivered_events_queue_arn" {
  type        = string
  description = "Queue of the scheduled events that could not start the pipeline."
}

variable "functions" {
  type = map(object({
    arn             = string
    every_arn       = string
    timeout_seconds = number
  }))
  description = "The published version of each function of the pipeline: planner, exporter, enricher, alerting, publisher and reporter."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "tracing_mode" {
  type        = string
  description = "Active lets X-Ray trace each run. PassThrough does not."
}
