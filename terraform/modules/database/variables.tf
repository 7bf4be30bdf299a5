variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets in two zones."
}

variable "security_group_id" {
  type        = string
  description = "Group of the database; its rules say who may connect."
}

variable "instance_class" {
  type        = string
  description = "RDS instance class."
}

variable "allocated_storage_gib" {
  type        = number
  description = "Storage to start with, in GiB."
}

variable "max_storage_gib" {
  type        = number
  description = "Storage that it may grow to by itself, in GiB."
}

variable "multi_az" {
  type        = bool
  description = "Whether a standby runs in the other zone."
}

variable "backup_retention_days" {
  type        = number
  description = "Days that automatic backups are kept; 0 turns them off."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the database."
}

variable "skip_final_snapshot" {
  type        = bool
  description = "Whether the database is deleted without a last snapshot."
}

variable "apply_changes_instantly" {
  type        = bool
  description = "Whether changes apply at once instead of in the next maintenance window."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the storage, its backups and the master user's secret."
}

variable "sslmode" {
  type        = string
  description = "How clients connect: libpq's sslmode."
}
