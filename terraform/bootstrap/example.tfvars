# Copy it to bootstrap.tfvars, with your values. One account can have one environment of the two.

name              = "energy"
region            = "eu-central-1"
github_repository = "example/energy"
environments      = { staging = "energy-staging", production = "energy" }
budget_usd        = 600
budget_email      = "costs@energy.example" # yours: a placeholder is refused
