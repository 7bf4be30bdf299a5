variable "admin_email" {
  type        = string
  description = "Address of the e-mails in docs/notifications.md. Its owner confirms the subscription once."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.admin_email))
    error_message = "An e-mail address."
  }
}

# The mails to customers

variable "customer_notifications" {
  type        = string
  description = "How customers are notified of their alarms: by ses, or none, which leaves the alarm queue to another consumer."

  validation {
    condition     = contains(["none", "ses"], var.customer_notifications)
    error_message = "none or ses."
  }
}

variable "customer_mail_from" {
  type        = string
  description = "Address from which the customers get their mails. SES sends its owner a link that confirms it."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.customer_mail_from))
    error_message = "An e-mail address."
  }
}

# Thresholds of the e-mails to the administrator

variable "alarm_api_5xx_percent" {
  type        = number
  description = "Share of 5xx answers in 5 minutes, in percent, above which the administrator is notified."

  validation {
    condition     = var.alarm_api_5xx_percent > 0 && var.alarm_api_5xx_percent < 100
    error_message = "Above 0, below 100."
  }
}

variable "alarm_database_free_storage_gib" {
  type        = number
  description = "Free storage of the database, in GiB, below which the administrator is notified."
}
