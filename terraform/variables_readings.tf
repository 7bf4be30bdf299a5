variable "metering_point_pattern" {
  type        = string
  description = "Regular expression that a whole metering point number must match. It narrows the form that every deployment takes."

  validation {
    condition     = can(regexall(var.metering_point_pattern, ""))
    error_message = "A regular expression."
  }
}

variable "clock_tolerance_seconds" {
  type        = number
  description = "Seconds by which a reading's start may miss the grid or lie in the future. It is put on the grid."

  validation {
    condition     = var.clock_tolerance_seconds >= 0 && var.clock_tolerance_seconds <= 120
    error_message = "0 to 120 seconds."
  }
}

variable "grace_days" {
  type        = number
  description = "Days after the end of a supply in which the customer may still send readings of the supply."

  validation {
    condition     = var.grace_days >= 0 && var.grace_days <= 3650
    error_message = "0 to 3650 days."
  }
}
