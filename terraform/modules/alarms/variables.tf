variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the table."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the table."
}
