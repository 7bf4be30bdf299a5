output "ids" {
  description = "Group of each part: vpc_link, load_balancer, service, exporter, roles, database."
  value       = { for part, group in aws_security_group.this : part => group.id }

  depends_on = [
    aws_vpc_security_group_egress_rule.flow,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_ingress_rule.flow,
  ]
}

output "service_port" {
  description = "Port on which the load balancer reaches a task."
  value       = local.ports.service
}
