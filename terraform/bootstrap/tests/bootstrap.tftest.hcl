# The trust, the rights and the budget, with a mocked AWS. `terraform init && terraform test` in this folder runs it, and so
# does tests/integration/stack/test_terraform_modules.py.

mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.current
    values = { account_id = "111111111111" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name              = "energy"
  region            = "eu-central-1"
  github_repository = "example/energy"
  environments      = { staging = "energy-staging", production = "energy" }
  budget_usd        = 500
  budget_email      = "costs@utility.hr"
}

run "a_pull_request_gets_the_plan_role_and_no_other" {
  command = plan

  assert {
    condition     = [for role, subject in local.subjects : role if endswith(subject, ":pull_request")] == ["plan"]
    error_message = "A pull request's subject gives another role."
  }

  assert {
    condition     = local.subjects["apply-production"] == "repo:example/energy:environment:production"
    error_message = "The apply role is not bound to its environment."
  }

  assert {
    condition     = length(aws_iam_role.this) == 4
    error_message = "There are not 4 roles: plan, drift and 2 that apply."
  }
}

run "each_bucket_has_the_name_of_its_account" {
  command = plan

  assert {
    condition     = module.state.name == "energy-state-111111111111" && module.releases.name == "energy-releases-111111111111"
    error_message = "A bucket has another name."
  }
}

run "a_person_is_notified_before_and_at_the_budget" {
  command = plan

  assert {
    condition     = aws_budgets_budget.month.limit_amount == "500" && length(aws_budgets_budget.month.notification) == 3
    error_message = "The budget or its notifications are missing."
  }
}

run "a_repository_with_a_wildcard_is_refused" {
  command = plan

  variables {
    github_repository = "example/*"
  }

  expect_failures = [var.github_repository]
}

run "an_environment_with_a_wildcard_is_refused" {
  command = plan

  variables {
    environments = { "*" = "energy" }
  }

  expect_failures = [var.environments]
}

run "a_deployment_with_a_wildcard_is_refused" {
  command = plan

  variables {
    environments = { production = "*" }
  }

  expect_failures = [var.environments]
}

run "a_placeholder_for_the_mails_is_refused" {
  command = plan

  variables {
    budget_email = "costs@energy.example"
  }

  expect_failures = [var.budget_email]
}

run "a_budget_of_nothing_is_refused" {
  command = plan

  variables {
    budget_usd = 0
  }

  expect_failures = [var.budget_usd]
}
