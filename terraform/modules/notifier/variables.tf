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

variable "queue" {
  type = object({
    arn                        = string
    url                        = string
    visibility_timeout_seconds = number
  })
  description = "Queue of the alarms' events."
}

variable "mail_from" {
  type        = string
  description = "Address from which the customers get the mails."
}

variable "time_zone" {
  type        = string
  description = "IANA time zone of the local days: a customer gets at most one mail about problems a day."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the table."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the table."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "watching" {
  type = object({
    tracing_mode = string
    log_format   = string
  })
  description = "Whether X-Ray traces the function (Active or PassThrough), and the format of its log (Text or JSON)."
}
