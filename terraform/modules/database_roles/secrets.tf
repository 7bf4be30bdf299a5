# The password of each role is in its secret and in the database. The function makes it. It is never in a variable, the
# plan, the state or an output, and Terraform never reads it. A higher password_version makes new passwords.

locals {
  # domain/database_roles.py has the same names, as a test shows.
  roles = {
    owner    = "energy_owner"
    service  = "energy_service"
    exporter = "energy_exporter"
  }
}

resource "aws_secretsmanager_secret" "role" {
  #checkov:skip=CKV2_AWS_57:a higher password_version rotates it; the service and the exporter read it again
  for_each = local.roles

  name                    = "${var.name}-database-${each.key}"
  description             = "User name and password of the role ${each.value}"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
