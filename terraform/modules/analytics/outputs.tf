output "workgroup" {
  description = "Name and ARN of the workgroup."
  value = {
    name = aws_athena_workgroup.this.name
    arn  = aws_athena_workgroup.this.arn
  }
}

output "database" {
  description = "Name of the catalogue's database, and the ARNs that a reader of its tables needs."
  value = {
    name = aws_glue_catalog_database.this.name
    arns = [
      "arn:aws:glue:${var.region}:${var.account_id}:catalog",
      aws_glue_catalog_database.this.arn,
      "arn:aws:glue:${var.region}:${var.account_id}:table/${aws_glue_catalog_database.this.name}/*",
    ]
  }
}
