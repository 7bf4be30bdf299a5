output "url" {
  description = "Base address of the API, at its domain if it has one; its only stage is at the root."
  value = coalesce(
    one([for name in keys(aws_apigatewayv2_api_mapping.this) : "https://${name}"]),
    aws_apigatewayv2_api.this.api_endpoint,
  )
}

output "domain_target" {
  description = "Name to which a CNAME record of the domain leads. It is empty without a domain."
  value       = try(local.domain_target.target_domain_name, "")
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
