# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html

# The zones that the account may use. Local zones and wavelength zones need an opt-in, and have no RDS or NAT gateway.
data "aws_availability_zones" "this" {
  #checkov:skip=CKV_AWS_394:the first 2 names are taken, and a zone that AWS adds has a later letter
  state = "available"

  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }

  lifecycle {
    postcondition {
      condition     = alltrue([for zone in var.availability_zones : contains(self.names, zone)])
      error_message = "availability_zones has a zone that the account cannot use. The region has ${join(", ", self.names)}. Leave availability_zones out to take the first 2."
    }
  }
}

locals {
  zones = slice(concat(var.availability_zones, data.aws_availability_zones.this.names), 0, 2)

  # The key is the zone, so that a change of one zone does not change the other's subnets.
  zone_index = { for index, zone in local.zones : zone => index }

  # These keys stay the same in every region, so that moved.tf can name them.
  places   = ["first", "second"]
  nat_zone = { for index in range(var.nat_gateways) : local.places[index] => local.zones[index] }

  # The place of the NAT gateway that a place uses. `element` begins again after the last one.
  nat_of = { for index, place in local.places : place => element(keys(local.nat_zone), index) if var.nat_gateways > 0 }

  # The interface endpoints share one group.
  endpoint_groups = { for name in ["services"] : name => "Interface endpoints of AWS services" if length(var.private_services) > 0 }
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:nothing in it accepts a connection from outside, and the API's access log has every request
  cidr_block = var.cidr_block

  # The gateway endpoints and the database need DNS. Nothing in the VPC has a public name. An interface endpoint takes over
  # the service's public name, which needs both.
  # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns-support.html
  # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
  enable_dns_support   = true
  enable_dns_hostnames = length(var.private_services) > 0

  tags = { Name = var.name }
}

# Nothing uses the default group. It has no rules, so a resource that gets it by mistake cannot communicate.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_subnet" "public" {
  for_each = local.zone_index

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr_block, 4, each.value)

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = local.zone_index

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr_block, 4, 8 + each.value)

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

# The NAT gateways stand in the first zones. Only the calls of tasks and exporter to AWS pass them. Customers' requests
# come in by the VPC link. With one gateway, the loss of its zone stops new tasks and the exports. With 2, each zone has
# its own.
resource "aws_eip" "nat" {
  for_each = local.nat_zone

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.value}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zone

  subnet_id     = aws_subnet.public[each.value].id
  allocation_id = aws_eip.nat[each.key].id

  tags = { Name = "${var.name}-${each.value}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "public_to_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = toset(local.places)

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route" "private_to_nat" {
  for_each = local.nat_of

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.value].id
}

resource "aws_route_table_association" "private" {
  for_each = local.zone_index

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[local.places[each.value]].id
}

# Gateway endpoints cost nothing. They keep the exporter's objects off the NAT gateway, which costs money for each byte.
# https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["s3", "dynamodb"])

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = values(aws_route_table.private)[*].id

  tags = { Name = "${var.name}-${each.key}" }
}

# An interface endpoint costs money for each hour and zone, and less for each byte than a NAT gateway. With the 4 services
# that tasks and functions call, nothing here needs a way to the internet.
# https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.private_services)

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for zone in local.zones : aws_subnet.private[zone].id]
  security_group_ids  = values(aws_security_group.endpoints)[*].id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  for_each = local.endpoint_groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

# The clients may send to port 443 of any address already (modules/security_groups).
resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  #checkov:skip=CKV_AWS_23:the Name tag describes the rule, because the local EC2 loses the description of a rule between two groups
  #checkov:skip=CKV_AWS_260:it allows the groups of tasks and functions, never an address
  for_each = { for name, id in var.client_security_group_ids : name => id if length(local.endpoint_groups) > 0 }

  security_group_id            = aws_security_group.endpoints["services"].id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443

  tags = { Name = "${each.key} to AWS" }
}
