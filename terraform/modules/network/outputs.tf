output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

# Whoever runs in a private subnet calls AWS through the NAT gateway: the route has to stand first.
output "private_subnet_ids" {
  description = "Subnets without a way in from the internet, one for each zone."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]
  depends_on  = [aws_route.private_to_nat, aws_route_table_association.private]
}
