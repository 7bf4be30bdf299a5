output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

# Resources in a private subnet call AWS through the NAT gateway or the endpoints, so these must exist first.
output "private_subnet_ids" {
  description = "Subnets without a way in from the internet, one for each zone."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]

  depends_on = [
    aws_route.private_to_nat, aws_route_table_association.private, aws_vpc_endpoint.interface,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}
