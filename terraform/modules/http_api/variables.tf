variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "domain" {
  type = object({
    name            = string
    certificate_arn = string
    zone_id         = string
    alone           = bool
  })
  description = "Domain of the API with its certificate and its zone in Route 53, each empty where there is none, and whether the API answers there alone."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets from which the VPC link reaches the load balancer."
}

variable "security_group_id" {
  type        = string
  description = "Group of the VPC link, which the load balancer lets in."
}

variable "listener_arn" {
  type        = string
  description = "Load balancer's listener that takes the requests."
}

variable "authorizer_function_name" {
  type        = string
  description = "Name of the authorizer's function."
}

variable "authorizer_alias" {
  type = object({
    name       = string
    invoke_arn = string
  })
  description = "Alias of the authorizer's function, and the ARN that invokes it."
}

variable "authorizer_cache_seconds" {
  type        = number
  description = "How long an authorizer's answer is reused, in seconds; 0 is never."
}

variable "throttling_rate_limit" {
  type        = number
  description = "Requests per second that each route takes in the long run."
}

variable "throttling_burst_limit" {
  type        = number
  description = "Requests that each route takes at once."
}

variable "log_retention_days" {
  type        = number
  description = "Days that the access log is kept."
}
