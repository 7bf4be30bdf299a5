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

variable "enriched_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the enriched readings, the lists of alarms and the records of runs."
}
