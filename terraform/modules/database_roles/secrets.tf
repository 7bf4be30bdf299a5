# The password of each role is in its secret and in the database. It is never in a variable, the plan, the state or an
# output. A higher password_version makes new passwords, and invokes the function, which sets them.

locals {
  # domain/database_roles.py has the same names, as a test shows.
  roles = {
    owner    = "energy_owner"
    service  = "energy_service"
    exporter = "energy_exporter"
  }
}

ephemeral "aws_secretsmanager_random_password" "role" {
  for_each = local.roles

  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "role" {
  #checkov:skip=CKV2_AWS_57:ECS reads a secret only when a task starts, so a rotation is a new password_version and a new deployment
  for_each = local.roles

  name                    = "${var.name}-database-${each.key}"
  description             = "User name and password of the role ${each.value}"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "role" {
  for_each = local.roles

  secret_id = aws_secretsmanager_secret.role[each.key].id

  secret_string_wo = jsonencode({
    username = each.value
    password = ephemeral.aws_secretsmanager_random_password.role[each.key].random_password
  })
  secret_string_wo_version = var.password_version
}
