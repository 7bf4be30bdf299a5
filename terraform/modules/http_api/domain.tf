# A domain of the utility's own, where `domain.name` is given. Meters that hold it survive another API, another account and
# another region. Without it they hold the API's own address, whose id no change of a route replaces.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
resource "aws_apigatewayv2_domain_name" "this" {
  for_each = toset(compact([var.domain.name]))

  domain_name = each.key

  domain_name_configuration {
    certificate_arn = var.domain.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  for_each = aws_apigatewayv2_domain_name.this

  api_id      = aws_apigatewayv2_api.this.id
  domain_name = each.value.id
  stage       = aws_apigatewayv2_stage.default.id
}

# The record is there where the zone of the domain is in Route 53. Elsewhere a CNAME record leads to the output
# `domain_target`.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
resource "aws_route53_record" "this" {
  for_each = toset(compact([var.domain.zone_id]))

  zone_id = each.key
  name    = var.domain.name
  type    = "A"

  alias {
    name                   = local.domain_target.target_domain_name
    zone_id                = local.domain_target.hosted_zone_id
    evaluate_target_health = false
  }
}

locals {
  domain_target = one([for domain in aws_apigatewayv2_domain_name.this : domain.domain_name_configuration[0]])
}
