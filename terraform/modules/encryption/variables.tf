variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region of the services that use the key."
}

variable "account_id" {
  type        = string
  description = "Account whose principals may use the key."
}
