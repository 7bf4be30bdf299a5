variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region of the log group."
}

variable "account_id" {
  type        = string
  description = "Account whose tasks may use the roles."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets in two zones."
}

variable "security_group_id" {
  type        = string
  description = "Group of the tasks, which allows only the load balancer."
}

variable "target_group_arn" {
  type        = string
  description = "ARN of the target group, in which the tasks are registered."
}

variable "database" {
  type = object({
    host    = string
    port    = number
    name    = string
    sslmode = string
    secret_arns = object({
      owner   = string
      service = string
    })
  })
  description = "Address of the database, and the secrets of the role that migrates and of the role that writes readings."
}

variable "database_pool_size" {
  type        = number
  description = "Connections to the database of each task."
}

variable "exported_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the exported readings, which has the objects of a restore."
}

variable "alarms_table" {
  type = object({
    name = string
    arn  = string
  })
  description = "Name and ARN of the alarms table, whose alarms customers read."
}

variable "image" {
  type        = string
  description = "Tag of the image in its repository, or its digest, sha256:..., which names the same bytes for ever."

  validation {
    condition     = can(regex("^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$", var.image))
    error_message = "A tag, or sha256: and 64 hexadecimal digits."
  }
}

variable "cpu_architecture" {
  type        = string
  description = "Processor that the image was built for: x86_64 or arm64."
}

variable "log_level" {
  type        = string
  description = "Log level of the service."
}

variable "port" {
  type        = number
  description = "Port on which a task listens."
}

variable "cpu" {
  type        = number
  description = "CPU units of a task."
}

variable "memory_mib" {
  type        = number
  description = "Memory of a task in MiB."
}

variable "min_tasks" {
  type        = number
  description = "Tasks that always run."
}

variable "max_tasks" {
  type        = number
  description = "Most tasks that may run."
}

variable "target_cpu_percent" {
  type        = number
  description = "Average CPU use that auto scaling keeps, in percent."
}

variable "time_zone" {
  type        = string
  description = "IANA time zone whose local days the retention of the readings counts."
}

variable "readings_retention_days" {
  type        = number
  description = "Local days before today whose readings are kept in the database."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "images_force_delete" {
  type        = bool
  description = "Whether Terraform deletes the images when it destroys the repository."
}

variable "metering_point_pattern" {
  type        = string
  description = "Regular expression that a whole metering point number must match."
}

variable "clock_tolerance_seconds" {
  type        = number
  description = "Seconds by which a reading's start may miss the grid or lie in the future."
}

variable "grace_days" {
  type        = number
  description = "Days after the end of a supply in which the customer may still send its readings."
}

variable "repository_dir" {
  type        = string
  description = "Folder of this repository, whose operations/migrate.py runs the task of the migrations."
}
