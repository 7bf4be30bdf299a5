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
