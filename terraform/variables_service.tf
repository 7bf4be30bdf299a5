variable "service_image_tag" {
  type        = string
  description = "Tag of the service's image in its repository. Tags are immutable, so a new image has a new tag."
}

variable "service_cpu" {
  type        = number
  description = "CPU units of a task. 1024 units are one virtual CPU."
}

variable "service_memory_mib" {
  type        = number
  description = "Memory of a task in MiB. Fargate takes only certain combinations with the CPU."
}

variable "service_min_tasks" {
  type        = number
  description = "Tasks that always run."

  validation {
    condition     = var.service_min_tasks >= 2
    error_message = "At least 2, one for each availability zone."
  }
}

variable "service_max_tasks" {
  type        = number
  description = "Most tasks that auto scaling may run."

  validation {
    condition     = var.service_max_tasks >= var.service_min_tasks
    error_message = "At least service_min_tasks."
  }
}

variable "service_target_cpu_percent" {
  type        = number
  description = "Average CPU use of the tasks that auto scaling keeps, in percent."

  validation {
    condition     = var.service_target_cpu_percent > 0 && var.service_target_cpu_percent <= 100
    error_message = "Above 0, up to 100."
  }
}

variable "images_force_delete" {
  type        = bool
  description = "Whether Terraform deletes the images when it destroys the image repository."
}
