locals {
  # Every route of the API, and whether it needs a customer's key.
  routes = {
    "POST /v1/metering-points/{number}/readings"   = { authorized = true }
    "GET /v1/metering-points/{number}/readings"    = { authorized = true }
    "DELETE /v1/metering-points/{number}/readings" = { authorized = true }
    "GET /v1/metering-points/{number}/revisions"   = { authorized = true }
    "GET /v1/metering-points/{number}/days"        = { authorized = true }
    "GET /v1/metering-points/{number}/alarms"      = { authorized = true }
    "GET /health"                                  = { authorized = false }
  }

  # Only the authorizer tells the service who the caller is, which intervals the meter has and when it is supplied. The
  # gateway replaces a client's own values of these headers, or removes them where there is no authorizer. It removes the key too, so the service never sees it. The value for a
  # removal is 2 single quotes, because an empty value would delete the mapping instead of the header. The service gets
  # the request's id, so that its log lines can be found from the access log.
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
  request_parameters = {
    true = {
      "overwrite:header.x-billing-metering-point" = "$context.authorizer.billing_metering_point_number"
      "overwrite:header.x-interval-minutes"       = "$context.authorizer.interval_minutes"
      "overwrite:header.x-supply"                 = "$context.authorizer.supply"
      "overwrite:header.x-request-id"             = "$context.requestId"
      "remove:header.x-api-key"                   = "''"
    }
    false = {
      "remove:header.x-billing-metering-point" = "''"
      "remove:header.x-interval-minutes"       = "''"
      "remove:header.x-supply"                 = "''"
      "overwrite:header.x-request-id"          = "$context.requestId"
      "remove:header.x-api-key"                = "''"
    }
  }

  authorization_type = { true = "CUSTOM", false = "NONE" }
  authorizer_id      = { true = aws_apigatewayv2_authorizer.this.id, false = null }
}

resource "aws_apigatewayv2_route" "this" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  authorization_type = local.authorization_type[each.value.authorized]
  authorizer_id      = local.authorizer_id[each.value.authorized]
}

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
resource "aws_apigatewayv2_integration" "this" {
  for_each = local.routes

  api_id                 = aws_apigatewayv2_api.this.id
  description            = each.key
  integration_type       = "HTTP_PROXY"
  integration_method     = split(" ", each.key)[0]
  integration_uri        = var.listener_arn
  connection_type        = "VPC_LINK"
  connection_id          = aws_apigatewayv2_vpc_link.this.id
  payload_format_version = "1.0"
  timeout_milliseconds   = 30000
  request_parameters     = local.request_parameters[each.value.authorized]
}

# The path is an identity source, so it is part of the cache's key. An answer for one metering point never
# opens another. An identity source can be any $context variable of the access log.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
resource "aws_apigatewayv2_authorizer" "this" {
  name                              = "${var.name}-authorizer"
  api_id                            = aws_apigatewayv2_api.this.id
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = var.authorizer_alias.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  authorizer_result_ttl_in_seconds  = var.authorizer_cache_seconds
  identity_sources                  = ["$request.header.x-api-key", "$context.path"]
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "AllowThisAuthorizer"
  action        = "lambda:InvokeFunction"
  function_name = var.authorizer_function_name
  qualifier     = var.authorizer_alias.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this.id}"
}
