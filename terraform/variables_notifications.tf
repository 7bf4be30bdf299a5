variable "admin_email" {
  type        = string
  description = "Address of the e-mails in docs/notifications.md. Its owner confirms the subscription once."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.admin_email))
    error_message = "An e-mail address."
  }

  validation {
    # RFC 2606 and RFC 6761 reserve these domains, so no mail to them reaches anybody.
    condition     = !(var.deletion_protection && can(regex("[@.](example|test|invalid|localhost|example\\.(com|net|org))$", lower(var.admin_email))))
    error_message = "A placeholder. With deletion_protection there is something to lose, so its mails must reach a person."
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

  validation {
    # RFC 2606 and RFC 6761 reserve these domains, so no mail to them reaches anybody.
    condition     = !(var.deletion_protection && var.customer_notifications == "ses" && can(regex("[@.](example|test|invalid|localhost|example\\.(com|net|org))$", lower(var.customer_mail_from))))
    error_message = "A placeholder. SES can send no mail from it."
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

variable "alarm_database_free_storage_percent" {
  type        = number
  description = "Free storage of the database, in percent of its size, below which the administrator is notified."

  validation {
    # RDS grows the storage when less than 10 % is free. The alarm says that it did not.
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    condition     = var.alarm_database_free_storage_percent > 0 && var.alarm_database_free_storage_percent < 10
    error_message = "Above 0, below 10. At 10 % the database grows by itself."
  }
}
