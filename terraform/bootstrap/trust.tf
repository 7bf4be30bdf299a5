# GitHub signs a token for each job. AWS gives the job a role if the token's subject is the one that the role names. So no
# key of AWS is stored at GitHub.
# https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws

# AWS trusts GitHub's certificate by its authority, so no thumbprint is needed.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  # https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
  subjects = merge(
    {
      plan  = "repo:${var.github_repository}:pull_request"
      drift = "repo:${var.github_repository}:ref:refs/heads/${var.github_branch}"
    },
    { for environment in keys(var.environments) : "apply-${environment}" => "repo:${var.github_repository}:environment:${environment}" },
  )
}

data "aws_iam_policy_document" "trust" {
  for_each = local.subjects

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [each.value]
    }
  }
}

# `plan` is for pull requests, `drift` for the nightly look at the branch, and `apply-<environment>` for the jobs of an
# environment, which may wait for a person's approval.
resource "aws_iam_role" "this" {
  for_each = local.subjects

  name                 = "${var.name}-github-${each.key}"
  description          = "Jobs of GitHub with the subject ${each.value}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 7200
}
