variable "bucket_name" {
  type        = string
  description = "Name of the bucket; no two buckets of AWS share one."
}

variable "retention_days" {
  type        = number
  description = "Days that objects are kept."

  validation {
    condition     = var.retention_days >= 1
    error_message = "At least one day."
  }
}

variable "short_lived" {
  type        = map(number)
  description = "Prefixes of objects that are kept for fewer days, with those days."
  default     = {}
}

variable "force_destroy" {
  type        = bool
  description = "Whether Terraform deletes the objects when it destroys the bucket."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the objects."
}
