output "table" {
  description = "Name and ARN of the alarms table, and the ARN of its index of open alarms."
  value = {
    name      = aws_dynamodb_table.this.name
    arn       = aws_dynamodb_table.this.arn
    index_arn = "${aws_dynamodb_table.this.arn}/index/open"
  }
}
