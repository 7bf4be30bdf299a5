variable "step" {
  type = object({
    name               = string
    packages_dir       = string
    architecture       = string
    storage_mib        = number
    time_zone          = string
    log_retention_days = number
    watching           = map(string)
  })
  description = "Settings of every function of the pipeline: names, packages, size of /tmp, time zone, logs and traces."
}

variable "memory_mib" {
  type        = number
  description = "Memory in MiB."
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
  description = "Name of the state machine whose executions hold the day locks."
}

variable "shards" {
  type        = number
  description = "Least number of shards of a day."
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
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the enriched readings, the lists of alarms and the records of runs."
}

variable "customers_described_by" {
  type        = list(string)
  description = "The attributes of a customer that the planner may read."
}
