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
  description = "Address of the database, and the secret of the role that exports."
}

variable "readings_retention_days" {
  type        = number
  description = "Local days before today whose readings the database keeps."
}

variable "catch_up_days" {
  type        = number
  description = "Most days of one catch-up."
}

variable "catch_up_shards" {
  type        = number
  description = "Changed shards after which a catch-up takes no further day."
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
  description = "Bucket of the enriched readings, the lists of alarms and the records of runs."
}
