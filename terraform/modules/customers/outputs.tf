output "table_name" {
  description = "Name of the customers table."
  value       = aws_dynamodb_table.this.name
}

output "table_arn" {
  description = "ARN of the customers table."
  value       = aws_dynamodb_table.this.arn
}

# These are all attributes except the hashes of the keys and the days of their use, which only the authorizer may see.
output "described_by" {
  description = "The attributes that describe a customer."
  value = [
    "billing_metering_point_number", "name", "address", "city", "county", "email", "type", "active",
    "interval_minutes", "supplied_from", "supplied_until", "contracted_kw", "notify", "language",
  ]
}
