variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "topic_arn" {
  type        = string
  description = "Topic of the e-mails to the administrator."
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

variable "authorizer_function_name" {
  type        = string
  description = "The authorizer."
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

variable "alarm_descriptions" {
  type        = map(string)
  description = "Description of each alarm, by the alarm's name without the prefix, with braces for a queue and a threshold."
}
