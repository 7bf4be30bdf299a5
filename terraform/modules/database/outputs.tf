output "connection" {
  description = "Address of the database, and the secret of its master user."
  value = {
    identifier = aws_db_instance.this.identifier
    host       = aws_db_instance.this.address
    port       = aws_db_instance.this.port
    name       = aws_db_instance.this.db_name
    sslmode    = var.sslmode
    secret_arn = aws_secretsmanager_secret.this.arn
  }

  # A task that starts before the password is in its secret fails.
  depends_on = [aws_secretsmanager_secret_version.this]
}

output "identifier" {
  description = "Identifier of the instance. Its metrics have it as a dimension."
  value       = aws_db_instance.this.identifier
}

output "size_gib" {
  description = "Size of the storage in GiB. It follows the growth of the database at each apply."
  value       = aws_db_instance.this.allocated_storage
}
