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
  description = "Bucket of the enriched readings, the findings and the records of runs."
}

variable "alarms_table" {
  type = object({
    name      = string
    arn       = string
    index_arn = string
  })
  description = "Table of the alarms, and its index of open alarms."
}

variable "escalate_after_days" {
  type        = number
  description = "Days in a row without a reading after which the alarm of the silence is escalated."
}

variable "alarms_retention_days" {
  type        = number
  description = "Days after its last change for which an alarm is kept."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the queues."
}

variable "topic_arn" {
  type        = string
  description = "Topic of the e-mails to the administrator."
}
