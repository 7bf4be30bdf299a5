variable "authorizer_cache_seconds" {
  type        = number
  description = "Seconds for which the API caches an authorizer's answer for the same key and path. 0 turns the cache off."

  validation {
    condition     = var.authorizer_cache_seconds >= 0 && var.authorizer_cache_seconds <= 3600
    error_message = "0 to 3600 seconds."
  }
}

variable "api_throttling_rate_limit" {
  type        = number
  description = "Requests per second that each route of the API takes on average."

  validation {
    condition     = var.api_throttling_rate_limit > 0
    error_message = "Above 0 requests per second."
  }
}

variable "api_throttling_burst_limit" {
  type        = number
  description = "Requests that each route of the API takes in a burst."

  validation {
    condition     = var.api_throttling_burst_limit >= 1 && floor(var.api_throttling_burst_limit) == var.api_throttling_burst_limit
    error_message = "A whole number of requests from 1."
  }
}

variable "authorizer_reserved_concurrency" {
  type        = number
  description = "Executions that only the authorizer may use, so that a run of the pipeline never takes them. -1 reserves none."

  validation {
    condition     = var.authorizer_reserved_concurrency == -1 || (var.authorizer_reserved_concurrency >= 5 && floor(var.authorizer_reserved_concurrency) == var.authorizer_reserved_concurrency)
    error_message = "-1, or a whole number from 5. A lower number would refuse customers."
  }
}

variable "domain_name" {
  type        = string
  description = "Domain at which customers reach the API, such as meters.utility.hr. Empty: the API's own address."

  validation {
    condition     = var.domain_name == "" || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9]){0,1}(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9]){0,1})+$", var.domain_name))
    error_message = "A domain name in lower case, or empty."
  }
}

variable "domain_certificate_arn" {
  type        = string
  description = "Certificate of the domain in ACM, in the region of the API. Empty without a domain."

  validation {
    condition     = (var.domain_certificate_arn == "" || can(regex("^arn:aws:acm:${var.region}:\\d{12}:certificate/[0-9a-f-]+$", var.domain_certificate_arn))) && (var.domain_certificate_arn == "") == (var.domain_name == "")
    error_message = "The ARN of a certificate in the region, together with domain_name alone."
  }
}

variable "domain_zone_id" {
  type        = string
  description = "Hosted zone of the domain in Route 53. Terraform makes its record there. Empty where the zone is elsewhere."

  validation {
    condition     = var.domain_zone_id == "" || (var.domain_name != "" && can(regex("^Z[0-9A-Z]+$", var.domain_zone_id)))
    error_message = "The id of a hosted zone, together with domain_name alone."
  }
}

variable "domain_alone" {
  type        = bool
  description = "Whether the API answers at domain_name alone, and no more at its own address."

  validation {
    condition     = !var.domain_alone || var.domain_name != ""
    error_message = "true needs a domain_name. Else nobody reaches the API."
  }
}
