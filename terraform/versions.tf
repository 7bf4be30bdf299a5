terraform {
  # 1.11 is the first release with write-only arguments, which keep the database password out of the state.
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
    tags = merge(var.tags, {
      Application = "energy-consumption-monitoring"
      Environment = var.name
      ManagedBy   = "terraform"
    })
  }
}
