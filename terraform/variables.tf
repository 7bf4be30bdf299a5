variable "name" {
  type        = string
  description = "Prefix of every name. Two environments in one account differ in it."

  validation {
    # The load balancer's name, "<name>-service", may have 32 characters; a bucket's, with purpose and account, 63.
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "2 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last."
  }
}

variable "region" {
  type        = string
  description = "AWS region of every resource."
}

variable "availability_zones" {
  type        = list(string)
  description = "The 2 availability zones. Each gets a public and a private subnet."

  validation {
    condition     = length(distinct(var.availability_zones)) == 2 && length(var.availability_zones) == 2
    error_message = "Exactly 2 different availability zones."
  }
}

variable "vpc_cidr_block" {
  type        = string
  description = "Address range of the VPC. Each subnet takes 1/16 of it."

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr_block, 4, 15)) && tonumber(split("/", var.vpc_cidr_block)[1]) <= 24
    error_message = "An IPv4 range in CIDR notation, /24 or larger."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags on every resource, in addition to Application, Environment and ManagedBy."
  default     = {}
}

variable "time_zone" {
  type        = string
  description = "IANA time zone of the local days that the pipeline exports and judges. It must not change once there are readings."
}

variable "log_level" {
  type        = string
  description = "Log level of the ingestion service."

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "DEBUG, INFO, WARNING or ERROR."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that every log group keeps its events. CloudWatch Logs takes only certain numbers."

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the database, the customers table and the load balancer."
}

variable "cpu_architecture" {
  type        = string
  description = "Processor of tasks and functions. The image and the packages must be built for it."

  validation {
    condition     = contains(["x86_64", "arm64"], var.cpu_architecture)
    error_message = "x86_64 or arm64."
  }
}

variable "lambda_packages_dir" {
  type        = string
  description = "Folder of the Lambda packages (<cpu_architecture>/<function>.zip), relative to this folder."
  default     = "../build/lambdas"
}
