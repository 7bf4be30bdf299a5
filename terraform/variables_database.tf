variable "database_instance_class" {
  type        = string
  description = "RDS instance class."

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.database_instance_class))
    error_message = "A class of RDS, such as db.t4g.medium."
  }
}

variable "database_allocated_storage_gib" {
  type        = number
  description = "Storage that the database starts with, in GiB."

  validation {
    condition     = var.database_allocated_storage_gib >= 20 && floor(var.database_allocated_storage_gib) == var.database_allocated_storage_gib
    error_message = "A whole number from 20, the least GiB of gp3."
  }
}

variable "database_max_storage_gib" {
  type        = number
  description = "Most storage to which the database may grow by itself, in GiB."

  validation {
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    condition     = var.database_max_storage_gib >= var.database_allocated_storage_gib * 1.1 && var.database_max_storage_gib <= 65536
    error_message = "At least 10 % more than database_allocated_storage_gib, at most 65536."
  }
}

variable "database_multi_az" {
  type        = bool
  description = "Whether a standby runs in the other availability zone."
}

variable "database_pool_size" {
  type        = number
  description = "Connections to the database of each task. The preflight compares all connections with the instance class."
  default     = 10

  validation {
    condition     = var.database_pool_size >= 2 && var.database_pool_size <= 100 && floor(var.database_pool_size) == var.database_pool_size
    error_message = "A whole number from 2, one to write and one to read, to 100."
  }
}

variable "database_backup_retention_days" {
  type        = number
  description = "Days that automatic backups are kept. 0 turns them off."

  validation {
    condition     = var.database_backup_retention_days >= 0 && var.database_backup_retention_days <= 35
    error_message = "0 to 35 days."
  }
}

variable "database_skip_final_snapshot" {
  type        = bool
  description = "Whether the database is deleted without a last snapshot."
}

variable "database_apply_changes_instantly" {
  type        = bool
  description = "Whether changes of the database apply at once instead of in the next maintenance window."
}

variable "database_sslmode" {
  type        = string
  description = "libpq's sslmode, with which the service and the exporter connect to the database."

  validation {
    condition     = contains(["prefer", "require"], var.database_sslmode)
    error_message = "prefer, or require where the server has TLS."
  }
}

variable "database_password_version" {
  type        = number
  description = "A number that is raised by 1 to give each role a new password. Then force a new deployment of the service."

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "A whole number from 1."
  }
}

variable "secret_recovery_days" {
  type        = number
  description = "Days in which the deleted database secret can be restored, 7 to 30. 0 deletes it at once."

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "0, or 7 to 30 days."
  }
}

variable "readings_retention_days" {
  type        = number
  description = "Local days before today whose readings the database keeps. Older readings are dropped and refused."

  validation {
    condition     = var.readings_retention_days >= 2 && var.readings_retention_days <= 100000
    error_message = "2 to 100000 days."
  }
}
