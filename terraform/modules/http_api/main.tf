# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  description   = "Customers report and read their meter readings"
  protocol_type = "HTTP"

  disable_execute_api_endpoint = var.domain.alone
}

# Named as AWS asks of logs that its services deliver, which keeps them out of the size limit of the resource
# policy: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_158:encrypted with the key of CloudWatch Logs; it has no keys and no readings, as a test shows
  name              = "/aws/vendedlogs/apis/${var.name}"
  retention_in_days = var.log_retention_days
}

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  # No header of the request is logged, because one of them is the customer's key.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      requestId               = "$context.requestId"
      ip                      = "$context.identity.sourceIp"
      requestTime             = "$context.requestTime"
      httpMethod              = "$context.httpMethod"
      routeKey                = "$context.routeKey"
      path                    = "$context.path"
      status                  = "$context.status"
      protocol                = "$context.protocol"
      responseLength          = "$context.responseLength"
      responseLatency         = "$context.responseLatency"
      integrationLatency      = "$context.integrationLatency"
      integrationStatus       = "$context.integrationStatus"
      integrationErrorMessage = "$context.integrationErrorMessage"
      authorizerError         = "$context.authorizer.error"
      errorMessage            = "$context.error.message"
    })
  }

  default_route_settings {
    throttling_rate_limit    = var.throttling_rate_limit
    throttling_burst_limit   = var.throttling_burst_limit
    detailed_metrics_enabled = true
  }
}

resource "aws_apigatewayv2_vpc_link" "this" {
  name               = var.name
  subnet_ids         = var.subnet_ids
  security_group_ids = [var.security_group_id]
}
