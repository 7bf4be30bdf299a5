variable "name" {
  type        = string
  description = "Prefix of the buckets and the roles of the workflows."

  validation {
    # A bucket's name, with purpose and account, has at most 63 characters.
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "2 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last."
  }
}

variable "region" {
  type        = string
  description = "AWS region of the buckets, and the only one in which the workflows make resources."

  validation {
    condition     = can(regex("^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9]$", var.region))
    error_message = "A region of the partition aws, such as eu-central-1."
  }
}

variable "github_repository" {
  type        = string
  description = "Repository whose workflows may take the roles: owner/name."

  validation {
    # A wildcard here would let other repositories in.
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$", var.github_repository))
    error_message = "The owner and the name with a slash between them, such as example/energy."
  }
}

variable "github_branch" {
  type        = string
  description = "Branch whose workflow looks for drift. Its code has been reviewed."
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]{1,200}$", var.github_branch))
    error_message = "The name of a branch, without wildcards."
  }
}

variable "environments" {
  type        = map(string)
  description = "The deployment of each GitHub environment of this account: its variable `name`. An account for each environment is the strongest separation."

  validation {
    condition     = length(var.environments) > 0 && alltrue([for environment in keys(var.environments) : can(regex("^[a-z][a-z0-9]{0,19}$", environment))])
    error_message = "At least one. An environment's name has 1 to 20 lower-case letters and digits, with a letter first."
  }

  validation {
    condition     = alltrue([for name in values(var.environments) : can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", name))])
    error_message = "A deployment's name has 2 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last."
  }
}

variable "budget_usd" {
  type        = number
  description = "What the account may cost in a month, in US dollars. docs/cost.md computes it."

  validation {
    condition     = var.budget_usd > 0
    error_message = "Above 0."
  }
}

variable "budget_email" {
  type        = string
  description = "Address that AWS notifies of the costs."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.budget_email))
    error_message = "An e-mail address."
  }

  validation {
    # RFC 2606 and RFC 6761 reserve these domains, so no mail to them reaches anybody.
    condition     = !can(regex("[@.](example|test|invalid|localhost|example\\.(com|net|org))$", lower(var.budget_email)))
    error_message = "A placeholder. The mails about the costs must reach a person."
  }
}
