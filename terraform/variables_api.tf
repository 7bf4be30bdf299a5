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
