locals {
  # Where customers reach the API (modules/http_api/domain.tf).
  domain = {
    name            = var.domain_name
    certificate_arn = var.domain_certificate_arn
    zone_id         = var.domain_zone_id
    alone           = var.domain_alone
  }
}
