variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region of the topic."
}

variable "account_id" {
  type        = string
  description = "Account whose alarms and roles may publish."
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

variable "time_zone" {
  type        = string
  description = "IANA time zone of the days."
}

variable "enriched_bucket" {
  type        = string
  description = "Bucket of the enriched readings and of the lists of alarms."
}

variable "enriched_bucket_arn" {
  type        = string
  description = "ARN of that bucket."
}

variable "customers_table" {
  type        = string
  description = "Name of the customers table."
}

variable "customers_table_arn" {
  type        = string
  description = "ARN of the customers table."
}

variable "admin_email" {
  type        = string
  description = "Where the alarm e-mails go."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the queues and the topic."
}
