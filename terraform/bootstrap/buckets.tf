# The state of each environment, and the folder of each release.

module "state" {
  source = "./bucket"

  bucket_name = "${var.name}-state-${data.aws_caller_identity.current.account_id}"
}

module "releases" {
  source = "./bucket"

  bucket_name = "${var.name}-releases-${data.aws_caller_identity.current.account_id}"
}

locals {
  bucket_arns = [module.state.arn, module.releases.arn]
}
