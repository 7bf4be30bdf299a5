variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region of the topic."
}

variable "account_id" {
  type        = string
  description = "Account whose CloudWatch alarms may publish."
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the topic."
}

variable "admin_email" {
  type        = string
  description = "Where the e-mails go."
}
