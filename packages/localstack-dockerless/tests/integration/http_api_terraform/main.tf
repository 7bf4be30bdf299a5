# An HTTP API as many projects have it: functions, events, a server, JWTs, CORS, a custom domain name, an import.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = false
}

variable "name" {
  description = "The name of every resource."
  type        = string
}

variable "package" {
  description = "The path of the function's zip."
  type        = string
}

variable "issuer" {
  description = "The issuer of the JWTs."
  type        = string
}

variable "server" {
  description = "The URL of an HTTP server."
  type        = string
}

variable "origin" {
  description = "The origin that may call the API from a browser."
  type        = string
}

variable "scopes" {
  description = "The scopes of the route with a JWT authorizer."
  type        = list(string)
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["lambda", "apigateway"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each           = data.aws_iam_policy_document.trust
  name               = "${var.name}-${each.key}"
  assume_role_policy = each.value.json
}

resource "aws_iam_role_policy" "put" {
  name = "put"
  role = aws_iam_role.this["apigateway"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = "*" }]
  })
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this["lambda"].arn
  runtime          = "python3.13"
  handler          = "app.handle"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  publish          = true
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_lambda_permission" "api" {
  for_each      = { own = aws_apigatewayv2_api.this, quick = aws_apigatewayv2_api.quick, imported = aws_apigatewayv2_api.imported }
  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${each.value.execution_arn}/*/*"
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
  description   = "d"
  tags          = { t = "1" }
  cors_configuration {
    allow_origins = [var.origin]
    allow_methods = ["GET", "POST"]
    allow_headers = ["authorization", "content-type"]
    max_age       = 300
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    issuer   = var.issuer
    audience = ["app"]
  }
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 12000
}

resource "aws_apigatewayv2_integration" "server" {
  api_id             = aws_apigatewayv2_api.this.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "${var.server}/{proxy}"
  request_parameters = { "append:header.x-from" = "$context.routeKey" }
  response_parameters {
    status_code = 404
    mappings    = { "append:header.x-error" = "$stageVariables.environment" }
  }
}

resource "aws_apigatewayv2_integration" "events" {
  api_id              = aws_apigatewayv2_api.this.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "EventBridge-PutEvents"
  credentials_arn     = aws_iam_role.this["apigateway"].arn
  request_parameters = {
    Detail     = "$request.body"
    DetailType = "Order"
    Source     = var.name
  }
}

resource "aws_apigatewayv2_route" "default" {
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_route" "guarded" {
  api_id               = aws_apigatewayv2_api.this.id
  route_key            = "GET /guarded"
  target               = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.jwt.id
  authorization_scopes = var.scopes
}

resource "aws_apigatewayv2_route" "server" {
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "ANY /server/{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.server.id}"
}

resource "aws_apigatewayv2_route" "events" {
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "POST /events"
  target    = "integrations/${aws_apigatewayv2_integration.events.id}"
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/aws/apigateway/${var.name}"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id          = aws_apigatewayv2_api.this.id
  name            = "$default"
  auto_deploy     = true
  stage_variables = { environment = "test" }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this.arn
    format          = jsonencode({ status = "$context.status", domain = "$context.domainName" })
  }
  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = 100
    throttling_rate_limit    = 100
  }
  route_settings {
    route_key              = aws_apigatewayv2_route.events.route_key
    throttling_burst_limit = 10
    throttling_rate_limit  = 10
  }
}

resource "aws_acm_certificate" "this" {
  domain_name       = "${var.name}.example.com"
  validation_method = "DNS"
}

resource "aws_apigatewayv2_domain_name" "this" {
  domain_name = "${var.name}.example.com"
  domain_name_configuration {
    certificate_arn = aws_acm_certificate.this.arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  api_id          = aws_apigatewayv2_api.this.id
  domain_name     = aws_apigatewayv2_domain_name.this.id
  stage           = aws_apigatewayv2_stage.this.id
  api_mapping_key = "v1"
}

resource "aws_apigatewayv2_api" "quick" {
  name          = "${var.name}-quick"
  protocol_type = "HTTP"
  target        = aws_lambda_alias.live.arn
}

resource "aws_apigatewayv2_api" "imported" {
  name          = "${var.name}-imported"
  version       = "1.0" # the provider reads the definition's title and version as name and version
  protocol_type = "HTTP"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "${var.name}-imported", version = "1.0" }
    paths = {
      "/pets/{id}" = {
        get = {
          x-amazon-apigateway-integration = {
            type                 = "aws_proxy"
            httpMethod           = "POST"
            uri                  = aws_lambda_alias.live.invoke_arn
            payloadFormatVersion = "2.0"
          }
        }
      }
    }
  })
}

resource "aws_apigatewayv2_deployment" "imported" {
  api_id   = aws_apigatewayv2_api.imported.id
  triggers = { body = sha1(aws_apigatewayv2_api.imported.body) }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "imported" {
  api_id        = aws_apigatewayv2_api.imported.id
  name          = "live"
  deployment_id = aws_apigatewayv2_deployment.imported.id
}

output "addresses" {
  description = "The addresses of the 3 APIs, and the custom domain name."
  value = {
    own      = aws_apigatewayv2_api.this.api_endpoint
    quick    = aws_apigatewayv2_api.quick.api_endpoint
    imported = "${aws_apigatewayv2_api.imported.api_endpoint}/${aws_apigatewayv2_stage.imported.name}"
    domain   = aws_apigatewayv2_domain_name.this.domain_name
    target   = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].target_domain_name
  }
}
