# The zones and the NAT gateways, with a mocked AWS. `terraform init && terraform test` in the module's folder runs it, and
# so does tests/integration/stack/test_terraform_modules.py.

mock_provider "aws" {
  override_data {
    target = data.aws_availability_zones.this
    values = { names = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"] }
  }
}

variables {
  name               = "energy"
  region             = "ap-northeast-1"
  cidr_block         = "10.20.0.0/22"
  availability_zones = []
  nat_gateways       = 1
  private_services   = []

  client_security_group_ids = { service = "sg-1", exporter = "sg-2", roles = "sg-3" }
}

run "the_zones_are_the_first_2_of_the_region" {
  command = plan

  assert {
    condition     = keys(aws_subnet.private) == ["ap-northeast-1a", "ap-northeast-1c"]
    error_message = "The private subnets are in other zones."
  }

  assert {
    condition     = keys(aws_subnet.public) == ["ap-northeast-1a", "ap-northeast-1c"]
    error_message = "The public subnets are in other zones."
  }
}

run "subnets_of_the_smallest_network_have_room_for_a_load_balancer" {
  command = plan

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : endswith(subnet.cidr_block, "/26")])
    error_message = "A private subnet is not a /26."
  }

  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : subnet.cidr_block])) == 4
    error_message = "2 subnets have the same addresses."
  }
}

run "zones_that_are_given_are_taken" {
  command = plan

  variables {
    availability_zones = ["ap-northeast-1d", "ap-northeast-1c"]
  }

  assert {
    condition     = keys(aws_subnet.private) == ["ap-northeast-1c", "ap-northeast-1d"]
    error_message = "The private subnets are in other zones."
  }
}

run "a_zone_that_the_account_cannot_use_is_refused" {
  command = plan

  variables {
    availability_zones = ["ap-northeast-1a", "ap-northeast-1b"]
  }

  expect_failures = [data.aws_availability_zones.this]
}

run "one_nat_gateway_serves_both_zones" {
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_eip.nat) == 1
    error_message = "There is not exactly 1 NAT gateway."
  }

  assert {
    condition     = alltrue([for route in aws_route.private_to_nat : route.nat_gateway_id == aws_nat_gateway.this["first"].id])
    error_message = "A private subnet has no route to the NAT gateway."
  }
}

run "with_2_each_zone_has_its_own_nat_gateway" {
  variables {
    nat_gateways = 2
  }

  assert {
    condition     = aws_route.private_to_nat["second"].nat_gateway_id == aws_nat_gateway.this["second"].id
    error_message = "The second zone uses the other zone's NAT gateway."
  }

  assert {
    condition     = aws_nat_gateway.this["second"].subnet_id == aws_subnet.public["ap-northeast-1c"].id
    error_message = "The second NAT gateway is not in the second zone."
  }

  assert {
    condition     = aws_route_table_association.private["ap-northeast-1c"].route_table_id == aws_route_table.private["second"].id
    error_message = "The second zone's subnet has the other zone's routes."
  }

  assert {
    condition     = length(distinct([for table in aws_vpc_endpoint.gateway["s3"].route_table_ids : table])) == 2
    error_message = "S3 is not reached directly from both zones."
  }
}

run "without_private_services_there_is_no_interface_endpoint" {
  command = plan

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "There is an endpoint that nobody asked for."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.endpoints) == 0 && !aws_vpc.this.enable_dns_hostnames
    error_message = "A rule or a name is there for endpoints that are not."
  }
}

run "private_services_are_reached_in_both_zones_without_a_nat_gateway" {
  variables {
    nat_gateways     = 0
    private_services = ["ecr.api", "secretsmanager"]
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.private_to_nat) == 0 && length(aws_eip.nat) == 0
    error_message = "There is a way to the internet."
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["ecr.api", "secretsmanager"]
    error_message = "A service has no endpoint."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && length(endpoint.subnet_ids) == 2])
    error_message = "An endpoint is not in both zones, or the service's own name does not lead to it."
  }

  assert {
    condition     = aws_vpc.this.enable_dns_hostnames && length(aws_route_table.private) == 2
    error_message = "The names of the services cannot lead to the endpoints."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.referenced_security_group_id]) == toset(["sg-1", "sg-2", "sg-3"])
    error_message = "A part may not connect to the endpoints."
  }
}
