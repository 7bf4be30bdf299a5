# The tasks after a restore of the database run with the task definition of the migrations and another command. Their own
# code may use the objects of a restore, and nothing else on AWS. docs/restore.md

resource "aws_iam_role" "restore" {
  name               = "${var.name}-migrations-task"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
data "aws_iam_policy_document" "restore" {
  statement {
    sid       = "UseObjectsOfRestores"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.exported_bucket.arn}/restores/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
  statement {
    sid       = "EndUploadsThatFailed"
    actions   = ["s3:AbortMultipartUpload"]
    resources = ["${var.exported_bucket.arn}/restores/*"]
  }
}

resource "aws_iam_role_policy" "restore" {
  name   = "work"
  role   = aws_iam_role.restore.id
  policy = data.aws_iam_policy_document.restore.json
}
