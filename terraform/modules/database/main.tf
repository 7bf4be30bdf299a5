locals {
  database_name = "energy"
  username      = "energy"
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

# Connections without TLS are refused. That is the default of RDS from Postgres 15 on. It stands here so that it stays.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
resource "aws_db_parameter_group" "this" {
  name        = "${var.name}-postgres18"
  description = "TLS for every connection"
  family      = "postgres18"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

# When this deployment was made. Its final snapshot has the time in its name, so the one of an earlier deployment with
# the same name is not in the way of a destroy.
resource "terraform_data" "made" {
  input = formatdate("YYYYMMDD-hhmmss", plantimestamp())

  lifecycle {
    ignore_changes = [input]
  }
}

# Engine, storage and network: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html
resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:figures for each second of the operating system are for tuning; the alarms use CloudWatch's metrics
  #checkov:skip=CKV_AWS_353:figures for each statement are for tuning, and can be turned on for it
  #checkov:skip=CKV_AWS_129:its log would have failed statements with their readings; the service logs failures without them
  #checkov:skip=CKV2_AWS_30:a log of statements would be an unprotected copy of the readings
  #checkov:skip=CKV_AWS_161:one way in is easier to guard than two, and that is the generated password
  identifier     = var.name
  engine         = "postgres"
  engine_version = "18" # the major version of every Postgres in this repository
  instance_class = var.instance_class

  allocated_storage     = var.allocated_storage_gib
  max_allocated_storage = var.max_storage_gib
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_name  = local.database_name
  username = local.username

  # RDS makes the master user's password, keeps it in a secret of its own, and rotates it every 7 days. Only the function
  # database_roles uses it, and reads it each time. Terraform never reads it, so a role that only plans needs no secret.
  # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  multi_az               = var.multi_az

  backup_retention_period   = var.backup_retention_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = var.skip_final_snapshot
  final_snapshot_identifier = "${var.name}-final-${terraform_data.made.output}"

  auto_minor_version_upgrade = true
  apply_immediately          = var.apply_changes_instantly
}
