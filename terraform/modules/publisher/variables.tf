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

variable "exported_bucket" {
  type        = string
  description = "Bucket of the exported readings."
}

variable "exported_bucket_arn" {
  type        = string
  description = "ARN of that bucket."
}

variable "enriched_bucket" {
  type        = string
  description = "Bucket of the enriched readings, of the lists of alarms and of what runs know of each other."
}

variable "enriched_bucket_arn" {
  type        = string
  description = "ARN of that bucket."
}

variable "admin_email" {
  type        = string
  description = "Where the alarm e-mails go."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "region" {
  type        = string
  description = "Region of the topic."
}

variable "account_id" {
  type        = string
  description = "Account whose alarms and roles may publish."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the queues and the topic."
}
