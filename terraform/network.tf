# The network, and who may connect to whom in it.

module "network" {
  source = "./modules/network"

  name               = var.name
  region             = var.region
  cidr_block         = var.vpc_cidr_block
  availability_zones = var.availability_zones
  nat_gateways       = var.nat_gateways
  private_services   = var.private_services

  client_security_group_ids = { for name in ["service", "exporter", "roles"] : name => module.security_groups.ids[name] }
}

module "security_groups" {
  source = "./modules/security_groups"

  name   = var.name
  vpc_id = module.network.vpc_id
}
