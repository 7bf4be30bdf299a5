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
}

variable "api_throttling_burst_limit" {
  type        = number
  description = "Requests that each route of the API takes in a burst."
}
