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
