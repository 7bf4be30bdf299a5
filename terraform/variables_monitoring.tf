# Logs and traces, and the thresholds of the e-mails to the administrator about the system itself. docs/runbook.md has a
# chapter for each alarm.

variable "tracing_mode" {
  type        = string
  description = "Active lets X-Ray trace the functions and the runs of the pipeline. PassThrough does not."

  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing_mode)
    error_message = "Active or PassThrough."
  }
}

variable "function_log_format" {
  type        = string
  description = "Format in which Lambda writes its own log lines: Text or JSON. The functions write JSON with either."

  validation {
    condition     = contains(["Text", "JSON"], var.function_log_format)
    error_message = "Text or JSON."
  }
}

variable "alarm_api_5xx_percent" {
  type        = number
  description = "Share of 5xx answers in 5 minutes, in percent, above which the administrator is notified."

  validation {
    condition     = var.alarm_api_5xx_percent > 0 && var.alarm_api_5xx_percent < 100
    error_message = "Above 0, below 100."
  }
}

variable "alarm_api_4xx_percent" {
  type        = number
  description = "Share of 4xx answers in each of 3 periods of 5 minutes, in percent, above which the administrator is notified."

  validation {
    condition     = var.alarm_api_4xx_percent > 0 && var.alarm_api_4xx_percent < 100
    error_message = "Above 0, below 100."
  }
}

variable "alarm_api_latency_ms" {
  type        = number
  description = "Time of an answer, in milliseconds, that 99 of 100 requests must not exceed for 15 minutes."

  validation {
    # The API answers 503 after 30 s (modules/http_api/routes.tf).
    condition     = var.alarm_api_latency_ms > 0 && var.alarm_api_latency_ms < 30000
    error_message = "Above 0, below 30000 ms."
  }
}

variable "alarm_api_least_requests_per_hour" {
  type        = number
  description = "Requests of an hour below which the administrator is notified. Without any request the mail comes too."

  validation {
    condition     = var.alarm_api_least_requests_per_hour >= 1 && floor(var.alarm_api_least_requests_per_hour) == var.alarm_api_least_requests_per_hour
    error_message = "A whole number of requests from 1."
  }
}

variable "alarm_queue_age_hours" {
  type        = number
  description = "Hours that a message may wait in the alarm queue before the administrator is notified."

  validation {
    # SQS deletes a message after 14 days (modules/publisher/queue.tf).
    condition     = var.alarm_queue_age_hours > 0 && var.alarm_queue_age_hours < 14 * 24
    error_message = "Above 0, below 336 hours, after which SQS deletes the message."
  }
}

variable "alarm_database_free_storage_percent" {
  type        = number
  description = "Free storage of the database, in percent of its size, below which the administrator is notified."

  validation {
    # RDS grows the storage when less than 10 % is free. The alarm says that it did not.
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    condition     = var.alarm_database_free_storage_percent > 0 && var.alarm_database_free_storage_percent < 10
    error_message = "Above 0, below 10. At 10 % the database grows by itself."
  }
}

variable "alarm_database_cpu_percent" {
  type        = number
  description = "Average use of the database's processor in each of 3 periods of 5 minutes, in percent, above which the administrator is notified."

  validation {
    condition     = var.alarm_database_cpu_percent > 0 && var.alarm_database_cpu_percent < 100
    error_message = "Above 0, below 100."
  }
}

variable "alarm_database_free_memory_mib" {
  type        = number
  description = "Free memory of the database, in MiB, below which the administrator is notified."

  validation {
    condition     = var.alarm_database_free_memory_mib > 0
    error_message = "Above 0 MiB."
  }
}
