# The password is in the secret and in the database. It is never in a variable, the plan, the state or an output.
#
# The database takes it from the secret and not from the generator. So if an apply is interrupted and repeated, the
# database still gets the password that the secret has.
#
# RDS's own managed password (manage_master_user_password) does not work here. It rotates every 7 days, and ECS injects
# a secret only when a task starts. So running tasks would lose the database once a week.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 40
  exclude_punctuation = true # RDS takes no slash, quote, at sign or space
}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:ECS reads a secret only when a task starts, so a rotation is a new password_version and a new deployment
  name                    = "${var.name}-database"
  description             = "User name and password of the database's master user"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id = aws_secretsmanager_secret.this.id

  secret_string_wo = jsonencode({
    username = local.username
    password = ephemeral.aws_secretsmanager_random_password.this.random_password
  })
  secret_string_wo_version = var.password_version
}

# A role that only plans may not read the secret. Without the read, a change of the password has a text that RDS refuses.
ephemeral "aws_secretsmanager_secret_version" "this" {
  for_each = { for version in ["stored"] : version => version if var.plan_reads_secrets }

  secret_id = aws_secretsmanager_secret_version.this.secret_id
}

locals {
  passwords = [for version in ephemeral.aws_secretsmanager_secret_version.this : jsondecode(version.secret_string).password]
  password  = concat(local.passwords, ["/not/read/"])[0]
}
