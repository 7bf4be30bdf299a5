output "connection" {
  description = "Address of the database."
  value = {
    identifier = aws_db_instance.this.identifier
    host       = aws_db_instance.this.address
    port       = aws_db_instance.this.port
    name       = aws_db_instance.this.db_name
    sslmode    = var.sslmode
  }
}

output "master" {
  description = "ARN of the master user's secret, and the ARNs that it can have after a restore."
  value = {
    secret_arn = one(aws_db_instance.this.master_user_secret[*].secret_arn)

    # A restored instance gets a new secret. So the pattern stands for the secrets of all instances of the account.
    secret_arns = "${join(":", slice(split(":", one(aws_db_instance.this.master_user_secret[*].secret_arn)), 0, 6))}:rds!db-*"
  }
}

output "identifier" {
  description = "Identifier of the instance. Its metrics have it as a dimension."
  value       = aws_db_instance.this.identifier
}

output "size_gib" {
  description = "Size of the storage in GiB. It follows the growth of the database at each apply."
  value       = aws_db_instance.this.allocated_storage
}

output "instance" {
  description = "What a DB instance needs that is restored from a snapshot (operations/restored_instance.py)."
  value = {
    identifier          = aws_db_instance.this.identifier
    class               = aws_db_instance.this.instance_class
    subnet_group        = aws_db_subnet_group.this.name
    parameter_group     = aws_db_parameter_group.this.name
    security_group_ids  = [var.security_group_id]
    multi_az            = var.multi_az
    deletion_protection = var.deletion_protection
    kms_key_arn         = var.kms_key_arn
  }
}
