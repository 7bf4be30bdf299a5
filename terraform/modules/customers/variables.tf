variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the table."
}
