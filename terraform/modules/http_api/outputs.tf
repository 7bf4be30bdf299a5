output "url" {
  description = "Base address of the API; its only stage is at the root."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "authorizer_cache_seconds" {
  description = "Seconds for which the gateway caches an answer of the authorizer."
  value       = aws_apigatewayv2_authorizer.this.authorizer_result_ttl_in_seconds
}

output "api_id" {
  description = "Id of the API. Its metrics have it as a dimension."
  value       = aws_apigatewayv2_api.this.id
}

output "stage" {
  description = "Name of its only stage."
  value       = aws_apigatewayv2_stage.default.name
}

output "log_group" {
  description = "Log group of the access log."
  value       = aws_cloudwatch_log_group.access.name
}
