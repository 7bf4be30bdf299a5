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

  validation {
    # The ARNs in the policies are of the partition aws, so regions of China and of governments do not fit.
    condition     = can(regex("^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9]$", var.region))
    error_message = "A region of the partition aws, such as eu-central-1."
  }
}

variable "availability_zones" {
  type        = list(string)
  description = "The 2 availability zones, each with a public and a private subnet. Without them, the first 2 of the region."
  default     = []

  validation {
    condition     = contains([0, 2], length(var.availability_zones)) && length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "Exactly 2 different availability zones, or none."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "Zones of region, such as eu-central-1a in eu-central-1. Without any, the first 2 of the region are taken."
  }
}

variable "vpc_cidr_block" {
  type        = string
  description = "Address range of the VPC. Each subnet takes 1/16 of it."

  validation {
    # A VPC may have a /16 at most. A load balancer needs subnets of /27 or larger, each with 8 free addresses.
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
    condition     = can(regex("^[0-9.]+/(1[6-9]|2[0-2])$", var.vpc_cidr_block)) && can(cidrhost(var.vpc_cidr_block, 0))
    error_message = "An IPv4 range in CIDR notation, from /16 to /22, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(cidrhost(var.vpc_cidr_block, 0) == split("/", var.vpc_cidr_block)[0], false)
    error_message = "The first address of the range, such as 10.20.0.0 and not 10.20.0.1."
  }
}

variable "nat_gateways" {
  type        = number
  description = "NAT gateways: 1 for both zones, or 2, so that the loss of a zone does not stop the other, or 0 with private_services. docs/cost.md has the prices."

  validation {
    condition     = contains([0, 1, 2], var.nat_gateways)
    error_message = "0, 1 or 2."
  }

  validation {
    condition     = var.nat_gateways > 0 || length(setsubtract(["ecr.api", "ecr.dkr", "logs", "secretsmanager"], var.private_services)) == 0
    error_message = "Without a NAT gateway, tasks and functions reach AWS by endpoints alone: private_services needs ecr.api, ecr.dkr, logs and secretsmanager."
  }
}

variable "private_services" {
  type        = list(string)
  description = "AWS services that tasks and functions reach by an interface endpoint in each zone, such as secretsmanager. S3 and DynamoDB have gateway endpoints, which cost nothing. docs/cost.md has the prices."
  default     = []

  validation {
    # https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    condition     = alltrue([for service in var.private_services : can(regex("^[a-z][a-z0-9-]*([.][a-z0-9-]+)*$", service)) && !contains(["s3", "dynamodb"], service)]) && length(distinct(var.private_services)) == length(var.private_services)
    error_message = "Different names of services as they stand after com.amazonaws.<region>., such as ecr.api. Not s3 and dynamodb, which have gateway endpoints."
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

  validation {
    condition     = can(regex("^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", var.time_zone))
    error_message = "A name of the IANA time zone database, such as Europe/Zagreb."
  }
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

variable "release" {
  type        = string
  description = "Name of the release: its Lambda packages and its image of the service. An earlier name brings that release back."

  validation {
    # It is the tag of the image: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.release))
    error_message = "1 to 128 of the characters a-z, A-Z, 0-9, _, . and -, the first no . or -."
  }
}

variable "repository_dir" {
  type        = string
  description = "Folder of this repository, relative to this one. An apply runs its operations/migrate.py."
  default     = ".."
}

variable "lambda_packages_dir" {
  type        = string
  description = "Folder of the releases (<release>/<cpu_architecture>/<function>.zip), relative to this folder."
  default     = "../build/lambdas"
}
