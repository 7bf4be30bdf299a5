variable "service_cpu" {
  type        = number
  description = "CPU units of a task. 1024 units are one virtual CPU."

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.service_cpu)
    error_message = "256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "service_memory_mib" {
  type        = number
  description = "Memory of a task in MiB. Fargate takes only certain combinations with the CPU."

  validation {
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
    condition = contains(lookup({
      256   = [512, 1024, 2048]
      512   = range(1024, 4097, 1024)
      1024  = range(2048, 8193, 1024)
      2048  = range(4096, 16385, 1024)
      4096  = range(8192, 30721, 1024)
      8192  = range(16384, 61441, 4096)
      16384 = range(32768, 122881, 8192)
    }, var.service_cpu, []), var.service_memory_mib)
    error_message = "A size that Fargate has for service_cpu: twice to 8 times its number in MiB, in steps of 1024, from 8192 on of 4096 and from 16384 on of 8192. With 256 CPU units 512, 1024 or 2048."
  }
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

  validation {
    # A deployment runs twice the tasks. The 2 private subnets have 1/16 of the VPC each. AWS keeps 5 addresses of each,
    # and 24 are for the load balancer, the VPC link, the database and the functions.
    condition     = var.service_max_tasks <= pow(2, 28 - try(tonumber(split("/", var.vpc_cidr_block)[1]), 16)) - 5 - 24
    error_message = "More tasks than the private subnets of vpc_cidr_block have addresses for during a deployment. Take a larger range, or fewer tasks."
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
