# What a plan of a pull request and the nightly look for drift may read. Neither changes anything on AWS.

data "aws_partition" "current" {}

# A pull request is planned against the state, without a refresh (`-refresh=false`): its branch has code that nobody has
# reviewed. So it reads the state, the releases and the zones, no store of data, no log and no secret.
data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "FindObjects"
    actions   = ["s3:ListBucket"]
    resources = local.bucket_arns
  }

  statement {
    sid       = "ReadStateAndReleases"
    actions   = ["s3:GetObject"]
    resources = [for arn in local.bucket_arns : "${arn}/*"]
  }

  statement {
    #checkov:skip=CKV_AWS_356:the action knows no resource
    sid       = "PlanWithoutRefresh"
    actions   = ["ec2:DescribeAvailabilityZones"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.this["plan"].id
  policy = data.aws_iam_policy_document.plan.json
}

# The look for drift reads every resource. AWS keeps this policy up to date with its services.
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html
resource "aws_iam_role_policy_attachment" "drift" {
  role       = aws_iam_role.this["drift"].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess"
}

# ReadOnlyAccess also reads data. These denials take the data away again. It reads no secret, and a refresh needs none
# (decision 57).
data "aws_iam_policy_document" "drift" {
  statement {
    sid           = "NoObjectsButStateAndReleases"
    effect        = "Deny"
    actions       = ["s3:GetObject*"]
    not_resources = [for arn in local.bucket_arns : "${arn}/*"]
  }

  statement {
    sid    = "NoData"
    effect = "Deny"

    actions = [
      "athena:GetQueryResults*",
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "dynamodb:PartiQLSelect",
      "dynamodb:Query",
      "dynamodb:Scan",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:GetLogRecord",
      "logs:GetQueryResults",
      "logs:StartLiveTail",
      "logs:StartQuery",
      "secretsmanager:BatchGetSecretValue",
      "secretsmanager:GetSecretValue",
      "sqs:ReceiveMessage",
      "ssm:GetParameter*",
      "states:GetExecutionHistory",
    ]

    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "drift" {
  name   = "drift"
  role   = aws_iam_role.this["drift"].id
  policy = data.aws_iam_policy_document.drift.json
}
