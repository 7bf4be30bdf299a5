module "vpc_rights" {
  source = "../vpc_rights"

  function_name = "${var.name}-database_roles"
}

# Only this function may read the master user's secret. It makes the roles with their passwords, and every other part
# connects with its own.
data "aws_iam_policy_document" "work" {
  source_policy_documents = [module.vpc_rights.policy]

  # https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
  statement {
    sid       = "ReadMastersSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.master.secret_arns]
  }

  statement {
    sid       = "KeepRolesPasswords"
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.role : secret.arn]
  }
}

module "function" {
  source = "../lambda"

  name         = var.name
  function     = "database_roles"
  description  = "Makes the database's roles and their passwords"
  package      = var.package
  architecture = var.architecture

  memory_mib         = 256
  timeout_seconds    = 60
  subnet_ids         = var.subnet_ids
  security_group_ids = [var.security_group_id]
  policy             = data.aws_iam_policy_document.work.json
  log_retention_days = var.log_retention_days
  watching           = var.watching

  environment = {
    DATABASE_HOST       = var.database.host
    DATABASE_PORT       = tostring(var.database.port)
    DATABASE_NAME       = var.database.name
    DATABASE_SSLMODE    = var.database.sslmode
    MASTER_SECRET_ARN   = var.master.secret_arn
    OWNER_SECRET_ARN    = aws_secretsmanager_secret.role["owner"].arn
    SERVICE_SECRET_ARN  = aws_secretsmanager_secret.role["service"].arn
    EXPORTER_SECRET_ARN = aws_secretsmanager_secret.role["exporter"].arn
  }
}

# The function gets the input before too, and so sees a higher password_version. It does nothing at a destroy.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
resource "aws_lambda_invocation" "this" {
  function_name   = module.function.function_name
  qualifier       = module.function.alias.name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    code             = filebase64sha256(var.package)
    database         = var.database.identifier
    password_version = var.password_version
  })
}
