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

variable "customers_table" {
  type        = string
  description = "Name of the customers table."
}

variable "customers_table_arn" {
  type        = string
  description = "ARN of the customers table."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "reserved_concurrency" {
  type        = number
  description = "Executions that only this function may use. -1 reserves none."
}

variable "watching" {
  type = object({
    tracing_mode = string
    log_format   = string
  })
  description = "Whether X-Ray traces the function (Active or PassThrough), and the format of its log (Text or JSON)."
}
