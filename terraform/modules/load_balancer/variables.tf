variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "vpc_id" {
  type        = string
  description = "VPC of the targets."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets in two zones."
}

variable "security_group_id" {
  type        = string
  description = "Group of the load balancer, which lets in the VPC link alone."
}

variable "service_port" {
  type        = number
  description = "Port on which a task listens."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the load balancer."
}
