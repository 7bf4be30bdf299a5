variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "function" {
  type        = string
  description = "Name of the function, and of its package in lambdas/."
}

variable "description" {
  type        = string
  description = "Description of the function, for the console."
}

variable "package" {
  type        = string
  description = "Path of the function's zip. Its manifest is <zip>.json."

  validation {
    condition     = try(jsondecode(file("${var.package}.json")).architecture, "none") == var.architecture
    error_message = "${var.package} was not built for ${var.architecture}: build it for that processor (terraform/README.md, On AWS)."
  }

  validation {
    condition     = try(jsondecode(file("${var.package}.json")).sha256 == filebase64sha256(var.package), false)
    error_message = "${var.package} is not the zip that its manifest ${var.package}.json names: build it again (terraform/README.md, On AWS)."
  }
}

variable "architecture" {
  type        = string
  description = "Processor that the package was built for."
}

variable "memory_mib" {
  type        = number
  description = "Memory in MiB; the share of CPU follows it."

  validation {
    condition     = var.memory_mib >= 128 && var.memory_mib <= 10240
    error_message = "128 to 10240 MiB."
  }
}

variable "storage_mib" {
  type        = number
  description = "Size of /tmp in MiB."
  default     = 512

  validation {
    condition     = var.storage_mib >= 512 && var.storage_mib <= 10240
    error_message = "512 to 10240 MiB."
  }
}

variable "timeout_seconds" {
  type        = number
  description = "Seconds after which an invocation is killed."

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "1 to 900 seconds."
  }
}

variable "reserved_concurrency" {
  type        = number
  description = "Executions that only this function may use, and the most that it may have at once. -1 reserves none."
  default     = -1
}

variable "environment" {
  type        = map(string)
  description = "Environment variables of the function."
}

variable "policy" {
  type        = string
  description = "IAM policy, as JSON, for the function's work. It does not need the rights to write the function's own log."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets in which the function runs. Without any it stays outside the VPC."
  default     = []
}

variable "security_group_ids" {
  type        = list(string)
  description = "Security groups of the function in those subnets."
  default     = []
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
