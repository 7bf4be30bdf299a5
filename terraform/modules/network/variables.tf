variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "region" {
  type        = string
  description = "Region whose S3 and DynamoDB the gateway endpoints lead to."
}

variable "cidr_block" {
  type        = string
  description = "Address range of the VPC."
}

variable "availability_zones" {
  type        = list(string)
  description = "Zones that get a public and a private subnet each. Without any, the first 2 of the region."
}

variable "nat_gateways" {
  type        = number
  description = "NAT gateways: 1 for both zones, 2, one in each, or 0."
}

variable "private_services" {
  type        = list(string)
  description = "Services with an interface endpoint in each zone, as they stand after com.amazonaws.<region>."
}

variable "client_security_group_ids" {
  type        = map(string)
  description = "Groups that may connect to the interface endpoints, by the name of the part."
}
