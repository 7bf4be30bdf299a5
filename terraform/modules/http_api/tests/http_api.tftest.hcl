# The API's address and its domain, with a mocked AWS. `terraform init && terraform test` in the module's folder runs it, and
# so does tests/integration/stack/test_terraform_modules.py.

mock_provider "aws" {
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:eu-central-1:111122223333:abcdefghij" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vendedlogs/apis/energy" }
  }

  mock_resource "aws_apigatewayv2_domain_name" {
    defaults = {
      domain_name_configuration = {
        target_domain_name = "d-abcdefghij.execute-api.eu-central-1.amazonaws.com"
        hosted_zone_id     = "Z1U9ULNL0V5AJ3"
      }
    }
  }
}

variables {
  name                     = "energy"
  subnet_ids               = ["subnet-1", "subnet-2"]
  security_group_id        = "sg-1"
  listener_arn             = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/energy/1/1"
  authorizer_function_name = "energy-authorizer"
  authorizer_alias = {
    name       = "live"
    invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:111122223333:function:energy-authorizer:live/invocations"
  }
  authorizer_cache_seconds = 300
  throttling_rate_limit    = 100
  throttling_burst_limit   = 100
  log_retention_days       = 7
  domain                   = { name = "", certificate_arn = "", zone_id = "", alone = false }
}

run "without_a_domain_there_is_the_apis_own_address" {
  command = apply

  assert {
    condition     = output.url == aws_apigatewayv2_api.this.api_endpoint && output.domain_target == ""
    error_message = "The address is not the API's own."
  }

  assert {
    condition     = length(aws_apigatewayv2_domain_name.this) + length(aws_apigatewayv2_api_mapping.this) + length(aws_route53_record.this) == 0
    error_message = "There is a part of a domain."
  }
}

run "the_api_keeps_its_id_when_what_is_behind_it_changes" {
  command = plan

  variables {
    listener_arn             = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/energy/2/2"
    authorizer_cache_seconds = 0
    throttling_rate_limit    = 1
  }

  assert {
    condition     = aws_apigatewayv2_api.this.id == run.without_a_domain_there_is_the_apis_own_address.api_id
    error_message = "The API would be replaced, and its address with it."
  }
}

run "a_domain_is_the_address" {
  command = apply

  variables {
    domain = {
      name            = "meters.utility.hr"
      certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
      zone_id         = ""
      alone           = false
    }
  }

  assert {
    condition     = output.url == "https://meters.utility.hr"
    error_message = "The address is not the domain."
  }

  assert {
    condition     = output.api_id == run.without_a_domain_there_is_the_apis_own_address.api_id
    error_message = "The domain replaced the API."
  }

  assert {
    condition     = length(aws_route53_record.this) == 0 && aws_apigatewayv2_api.this.disable_execute_api_endpoint == false
    error_message = "There is a record without a zone, or the API's own address is closed."
  }
}

run "a_domain_with_its_zone_has_a_record_and_may_be_the_only_address" {
  command = apply

  variables {
    domain = {
      name            = "meters.utility.hr"
      certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
      zone_id         = "Z0123456789ABCDEFGHIJ"
      alone           = true
    }
  }

  assert {
    condition     = aws_route53_record.this["Z0123456789ABCDEFGHIJ"].name == "meters.utility.hr"
    error_message = "The record has another name."
  }

  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.api_id == run.without_a_domain_there_is_the_apis_own_address.api_id
    error_message = "The API's own address stays open, or the API was replaced."
  }
}
