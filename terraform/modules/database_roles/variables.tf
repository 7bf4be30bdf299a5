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
    identifier = string
    host       = string
    port       = number
    name       = string
    sslmode    = string
  })
  description = "Address of the database."
}

variable "master" {
  type = object({
    secret_arn  = string
    secret_arns = string
  })
  description = "ARN of the master user's secret, and the ARNs that it can have after a restore."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the secrets."
}

variable "password_version" {
  type        = number
  description = "A higher number makes new passwords."
}

variable "secret_recovery_days" {
  type        = number
  description = "Days in which a deleted secret can be restored; 0 deletes it at once."
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
