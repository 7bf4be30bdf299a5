# A function in the VPC needs network interfaces. Lambda makes them with the function's own role.

locals {
  interfaces = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}

data "aws_iam_policy_document" "this" {
  #checkov:skip=CKV_AWS_111:network interfaces have no name before they exist; the denial below keeps them from the code
  # Describing takes no resource, and the interfaces to make and delete have no name before they exist.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  statement {
    sid       = "AttachToVpc"
    actions   = local.interfaces
    resources = ["*"]
  }

  # Lambda itself needs the statement above. The function's code must not have it.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security
  statement {
    sid       = "KeepVpcFromCode"
    effect    = "Deny"
    actions   = local.interfaces
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = ["arn:aws:lambda:*:*:function:${var.function_name}"]
    }
  }
}
