# What the job of an environment may change: the resources of its deployment, in the one region. Most of AWS's actions that
# make something name no resource beforehand, so these services are allowed as a whole. Buckets, secrets, tables, roles and
# policies are allowed by the deployment's name.
#
# A role that makes roles for functions can give them any right. So the strongest separation is an account for each
# environment, and the approval of the environment's jobs at GitHub.

locals {
  account = data.aws_caller_identity.current.account_id
  aws     = "arn:${data.aws_partition.current.partition}"

  # The services whose resources Terraform makes, by their prefix in IAM.
  services = [
    "acm", "apigateway", "application-autoscaling", "athena", "cloudwatch", "ec2", "ecr", "ecs", "elasticloadbalancing",
    "events", "glue", "kms", "lambda", "logs", "rds", "ses", "sns", "sqs", "states", "xray",
  ]
}

data "aws_iam_policy_document" "build" {
  for_each = var.environments

  #checkov:skip=CKV_AWS_109:the roles that it may manage are named after the deployment, and the denial below keeps it from its own
  #checkov:skip=CKV_AWS_111:most actions that make a resource name none beforehand; the region is the limit
  #checkov:skip=CKV_AWS_356:most actions that make a resource name none beforehand; the region is the limit

  statement {
    sid       = "MakeTheSystem"
    actions   = [for service in local.services : "${service}:*"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.region]
    }
  }

  statement {
    sid = "MakeBuckets"

    actions = [
      "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject", "s3:DeleteObjectVersion",
      "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration", "s3:ListBucket*", "s3:PutBucket*", "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]

    resources = ["${local.aws}:s3:::${each.value}-*"]
  }

  statement {
    sid = "MakeTables"

    actions = [
      "dynamodb:CreateTable", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable", "dynamodb:Describe*",
      "dynamodb:GetResourcePolicy", "dynamodb:ListTagsOfResource", "dynamodb:PutResourcePolicy", "dynamodb:TagResource",
      "dynamodb:UntagResource", "dynamodb:Update*Backups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
    ]

    resources = ["${local.aws}:dynamodb:${var.region}:${local.account}:table/${each.value}-*"]
  }

  # The smoke test makes and deletes a customer whose number begins with SMOKE-. It reads and writes no other.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  statement {
    sid       = "MakeTheCustomerOfTheSmokeTest"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:PutItem"]
    resources = ["${local.aws}:dynamodb:${var.region}:${local.account}:table/${each.value}-customers"]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["SMOKE-*"]
    }
  }

  statement {
    sid       = "MakeSecrets"
    actions   = ["secretsmanager:*"]
    resources = ["${local.aws}:secretsmanager:${var.region}:${local.account}:secret:${each.value}-*"]
  }

  # RDS makes the secret of the master user with the rights of the job.
  # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
  statement {
    sid       = "MakeMastersSecret"
    actions   = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]
    resources = ["${local.aws}:secretsmanager:${var.region}:${local.account}:secret:rds!db-*"]
  }

  statement {
    sid       = "AskForSecretsAndQuotas"
    actions   = ["secretsmanager:ListSecrets", "servicequotas:GetServiceQuota"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "roles" {
  for_each = var.environments

  #checkov:skip=CKV_AWS_109:the roles that it may manage are named after the deployment, and the denial below keeps it from its own
  #checkov:skip=CKV_AWS_110:a role that makes roles can give them any right; see the head of this file

  statement {
    sid = "MakeRolesAndPolicies"

    actions = [
      "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole", "iam:DeletePolicy",
      "iam:DeletePolicyVersion", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetPolicy",
      "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole", "iam:ListPolicyTags", "iam:ListPolicyVersions", "iam:ListRolePolicies",
      "iam:ListRoleTags", "iam:PutRolePolicy", "iam:TagPolicy", "iam:TagRole", "iam:UntagPolicy", "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
    ]

    resources = [
      "${local.aws}:iam::${local.account}:role/${each.value}-*",
      "${local.aws}:iam::${local.account}:policy/${each.value}-*",
    ]
  }

  statement {
    sid       = "GiveRolesToServices"
    actions   = ["iam:PassRole"]
    resources = ["${local.aws}:iam::${local.account}:role/${each.value}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com", "states.amazonaws.com"]
    }
  }

  # AWS makes these roles when an account uses the service for the first time.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
  statement {
    sid       = "LetServicesMakeTheirRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.aws}:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"

      values = [
        "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com",
        "ops.apigateway.amazonaws.com", "rds.amazonaws.com",
      ]
    }
  }

  statement {
    sid     = "NoRolesOfTheWorkflows"
    effect  = "Deny"
    actions = ["iam:*"]

    resources = [
      "${local.aws}:iam::${local.account}:role/${var.name}-github-*",
      aws_iam_openid_connect_provider.github.arn,
    ]
  }
}

# The backend keeps the lock beside the state, and deletes it at the end.
# https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
data "aws_iam_policy_document" "state" {
  for_each = var.environments

  statement {
    sid       = "FindObjects"
    actions   = ["s3:ListBucket"]
    resources = local.bucket_arns
  }

  statement {
    sid       = "KeepState"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${module.state.arn}/${each.key}/*"]
  }

  statement {
    sid       = "EndLock"
    actions   = ["s3:DeleteObject"]
    resources = ["${module.state.arn}/${each.key}/*.tflock"]
  }

  statement {
    sid       = "KeepReleases"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${module.releases.arn}/*"]
  }

  # A deployment whose name begins like the bootstrap's could otherwise change these 2 buckets.
  statement {
    sid       = "LeaveTheBucketsAlone"
    effect    = "Deny"
    actions   = ["s3:DeleteBucket*", "s3:DeleteObjectVersion", "s3:PutBucket*", "s3:Put*Configuration"]
    resources = flatten([for arn in local.bucket_arns : [arn, "${arn}/*"]])
  }
}

resource "aws_iam_role_policy" "build" {
  for_each = var.environments

  name   = "build"
  role   = aws_iam_role.this["apply-${each.key}"].id
  policy = data.aws_iam_policy_document.build[each.key].json
}

resource "aws_iam_role_policy" "roles" {
  for_each = var.environments

  name   = "roles"
  role   = aws_iam_role.this["apply-${each.key}"].id
  policy = data.aws_iam_policy_document.roles[each.key].json
}

resource "aws_iam_role_policy" "state" {
  for_each = var.environments

  name   = "state"
  role   = aws_iam_role.this["apply-${each.key}"].id
  policy = data.aws_iam_policy_document.state[each.key].json
}
