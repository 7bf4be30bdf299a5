# One table says which part may connect to which. Groups refer to groups, never to addresses.
# https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html

locals {
  groups = {
    vpc_link      = "The API's VPC link"
    load_balancer = "The internal load balancer"
    service       = "The ingestion service's tasks"
    exporter      = "The exporter Lambda"
    roles         = "The Lambda that makes the database's roles"
    database      = "The database"
  }

  ports = {
    load_balancer = 80
    service       = 8000
    database      = 5432
  }

  flows = {
    vpc_link_to_load_balancer = { from = "vpc_link", to = "load_balancer" }
    load_balancer_to_service  = { from = "load_balancer", to = "service" }
    service_to_database       = { from = "service", to = "database" }
    exporter_to_database      = { from = "exporter", to = "database" }
    roles_to_database         = { from = "roles", to = "database" }
  }

  # The image, secrets, logs and objects come from AWS's public endpoints.
  https_clients = toset(["service", "exporter", "roles"])
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:another module attaches each group to its part
  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  #checkov:skip=CKV_AWS_23:the Name tag describes the rule, because the local EC2 loses the description of a rule between two groups
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = local.ports[each.value.to]
  to_port                      = local.ports[each.value.to]

  tags = { Name = replace(each.key, "_", " ") }
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  #checkov:skip=CKV_AWS_23:the Name tag describes the rule, because the local EC2 loses the description of a rule between two groups
  #checkov:skip=CKV_AWS_260:it allows the group of the VPC link, never an address
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = local.ports[each.value.to]
  to_port                      = local.ports[each.value.to]

  tags = { Name = replace(each.key, "_", " ") }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.https_clients

  security_group_id = aws_security_group.this[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  description = "${replace(each.key, "_", " ")} to AWS"
  tags        = { Name = "${replace(each.key, "_", " ")} to AWS" }
}
