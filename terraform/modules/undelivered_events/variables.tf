variable "name" {
  type        = string
  description = "Prefix of every name, and of the rules whose events the queue takes."
}

variable "region" {
  type        = string
  description = "Region of those rules."
}

variable "account_id" {
  type        = string
  description = "Account of those rules."
}
