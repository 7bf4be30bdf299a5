# What must be there before the system can be applied from GitHub: the state's bucket, the roles of the workflows, and the
# budget. A person with rights over the account applies it once (README.md). It is a configuration of its own.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "energy-consumption-monitoring"
      Environment = var.name
      ManagedBy   = "terraform/bootstrap"
    }
  }
}

data "aws_caller_identity" "current" {}
