variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region of the metrics."
}

variable "topic_arn" {
  type        = string
  description = "Topic of the e-mails to the administrator."
}

variable "alarm_descriptions" {
  type        = map(string)
  description = "Description of each alarm, by the alarm's name without the prefix, with braces for a queue, a function and a threshold."
}

variable "state_machine_arn" {
  type        = string
  description = "The pipeline's state machine."
}

variable "api_id" {
  type        = string
  description = "The HTTP API."
}

variable "api_stage" {
  type        = string
  description = "The API's stage."
}

variable "api_5xx_percent" {
  type        = number
  description = "Share of 5xx answers in 5 minutes, in percent, above which the administrator is notified."
}

variable "api_4xx_percent" {
  type        = number
  description = "Share of 4xx answers in each of 3 periods of 5 minutes, in percent, above which the administrator is notified."
}

variable "api_latency_ms" {
  type        = number
  description = "Time of an answer, in milliseconds, that 99 of 100 requests must not exceed."
}

variable "api_least_requests_per_hour" {
  type        = number
  description = "Requests of an hour below which the administrator is notified."
}

variable "load_balancer" {
  type        = string
  description = "The load balancer, as its metrics name it."
}

variable "target_group" {
  type        = string
  description = "The target group, as its metrics name it."
}

variable "cluster_name" {
  type        = string
  description = "The service's cluster."
}

variable "service_name" {
  type        = string
  description = "The service."
}

variable "functions" {
  type = map(object({
    name            = string
    timeout_seconds = number
  }))
  description = "Every function that is watched, the authorizer among them."
}

variable "queue_name" {
  type        = string
  description = "Queue of the alarms about customers."
}

variable "queue_age_hours" {
  type        = number
  description = "Hours that a message may wait in the alarm queue before the administrator is notified."
}

variable "dead_letter_queue_names" {
  type        = map(string)
  description = "Name of each dead-letter queue, by what it holds."
}

variable "database_identifier" {
  type        = string
  description = "The database."
}

variable "database_size_gib" {
  type        = number
  description = "Size of the database's storage, in GiB."
}

variable "database_free_percent" {
  type        = number
  description = "Free storage of the database, in percent of its size, below which the administrator is notified."
}

variable "database_cpu_percent" {
  type        = number
  description = "Average use of the database's processor in each of 3 periods of 5 minutes, in percent, above which the administrator is notified."
}

variable "database_free_memory_mib" {
  type        = number
  description = "Free memory of the database, in MiB, below which the administrator is notified."
}

variable "database_connections" {
  type        = number
  description = "Connections to the database that the deployment is planned with. Above 90 % of them the administrator is notified."
}
