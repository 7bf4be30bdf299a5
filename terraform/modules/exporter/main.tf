module "vpc_rights" {
  source = "../vpc_rights"

  function_name = "${var.step.name}-exporter"
}

data "aws_iam_policy_document" "work" {
  source_policy_documents = [module.vpc_rights.policy]

  # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
  statement {
    sid       = "ReadDatabaseSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database.secret_arn]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "ReplaceExportedObjects"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${var.exported_bucket.arn}/readings/date=*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "CompareWithPublication"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/publications/*"]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "TellThePublisher"
    actions   = ["s3:PutObject"]
    resources = ["${var.enriched_bucket.arn}/work/*"]
  }

  # Without this right, S3 answers 403 for a missing object, as for a forbidden one. A condition on the prefix is not
  # possible, because a read of an object has no prefix.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.exported_bucket.arn, var.enriched_bucket.arn]
  }

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
  statement {
    sid       = "SeeWhoseTurnItIs"
    actions   = ["s3:GetObject"]
    resources = ["${var.enriched_bucket.arn}/runs/*"]
  }
}

module "function" {
  source = "../lambda"

  name         = var.step.name
  function     = "exporter"
  description  = "Copies a shard's readings of a day from Postgres to S3"
  package      = "${var.step.packages_dir}/exporter.zip"
  architecture = var.step.architecture

  memory_mib         = var.memory_mib
  storage_mib        = var.step.storage_mib
  timeout_seconds    = 900
  subnet_ids         = var.subnet_ids
  security_group_ids = [var.security_group_id]
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.step.log_retention_days
  watching           = var.step.watching

  environment = {
    DATABASE_SECRET_ARN = var.database.secret_arn
    DATABASE_HOST       = var.database.host
    DATABASE_PORT       = tostring(var.database.port)
    DATABASE_NAME       = var.database.name
    DATABASE_SSLMODE    = var.database.sslmode
    EXPORTED_BUCKET     = var.exported_bucket.name
    ENRICHED_BUCKET     = var.enriched_bucket.name
    TIME_ZONE           = var.step.time_zone

    READINGS_RETENTION_DAYS = tostring(var.readings_retention_days)
    CATCH_UP_DAYS           = tostring(var.catch_up_days)
    CATCH_UP_SHARDS         = tostring(var.catch_up_shards)
  }
}
