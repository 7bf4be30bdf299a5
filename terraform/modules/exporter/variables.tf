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

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets from which the database can be reached."
}

variable "security_group_id" {
  type        = string
  description = "Group of the function, which the database lets in."
}

variable "database" {
  type = object({
    host       = string
    port       = number
    name       = string
    sslmode    = string
    secret_arn = string
  })
  description = "Where the database is, and the secret that opens it."
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

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}
