variable "step" {
  type = object({
    name               = string
    packages_dir       = string
    architecture       = string
    storage_mib        = number
    time_zone          = string
    log_retention_days = number
  })
  description = "What every function of the pipeline gets: names, packages, size of /tmp, time zone and days of the logs."
}

variable "memory_mib" {
  type        = number
  description = "Memory in MiB."
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
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the exported readings."
}

variable "enriched_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the enriched readings, of the lists of alarms and of what runs know of each other."
}
