variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "package" {
  type        = string
  description = "Path of the function's zip."
}

variable "architecture" {
  type        = string
  description = "Processor that the package was built for."
}

variable "memory_mib" {
  type        = number
  description = "Memory in MiB."
}

variable "storage_mib" {
  type        = number
  description = "Size of /tmp in MiB."
}

variable "time_zone" {
  type        = string
  description = "IANA time zone of the days."
}

variable "account_id" {
  type        = string
  description = "Account of the executions."
}

variable "region" {
  type        = string
  description = "Region of the executions."
}

variable "state_machine_name" {
  type        = string
  description = "Name of the state machine whose executions take turns."
}

variable "shards" {
  type        = number
  description = "Shards that a day is divided into."
}

variable "readings_retention_days" {
  type        = number
  description = "Local days before today whose readings the database keeps."
}

variable "customers_table" {
  type        = string
  description = "Name of the customers table."
}

variable "customers_table_arn" {
  type        = string
  description = "ARN of the customers table."
}

variable "enriched_bucket" {
  type        = string
  description = "Bucket of the enriched readings, of the lists of alarms and of what runs know of each other."
}

variable "enriched_bucket_arn" {
  type        = string
  description = "ARN of that bucket."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "customers_described_by" {
  type        = list(string)
  description = "The attributes of a customer that it may read."
}
