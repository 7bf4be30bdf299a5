variable "name" {
  type        = string
  description = "Prefix of every name, and the workgroup's name."
}

variable "region" {
  type        = string
  description = "AWS region, for the ARNs of the catalogue."
}

variable "account_id" {
  type        = string
  description = "AWS account, for the ARNs of the catalogue."
}

variable "enriched_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the objects that the tables read."
}

variable "results_bucket" {
  type = object({
    name = string
    arn  = string
  })
  description = "Bucket of the results of queries."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the results."
}

variable "time_zone" {
  type        = string
  description = "IANA time zone of the local days."
}

variable "retention_days" {
  type        = number
  description = "Days of the enriched objects. The tables have a partition for each."
}

variable "scan_limit_mib" {
  type        = number
  description = "Most data that a query may read, in MiB. Athena ends a query that reads more."
}

variable "force_destroy" {
  type        = bool
  description = "Whether Terraform deletes the workgroup's saved queries and history when it destroys the workgroup."
}
