# The thresholds of the alarms and the dashboard, with a mocked AWS. `terraform init && terraform test` in the module's folder
# runs it, and so does tests/integration/stack/test_terraform_modules.py.

mock_provider "aws" {}

variables {
  name              = "energy"
  region            = "eu-central-1"
  topic_arn         = "arn:aws:sns:eu-central-1:111122223333:energy-alarms"
  state_machine_arn = "arn:aws:states:eu-central-1:111122223333:stateMachine:energy-pipeline"
  api_id            = "abc123"
  api_stage         = "$default"
  load_balancer     = "app/energy/1"
  target_group      = "targetgroup/energy-service/1"
  cluster_name      = "energy"
  service_name      = "energy-service"
  queue_name        = "energy-alarms"

  api_5xx_percent             = 1
  api_4xx_percent             = 50
  api_latency_ms              = 2000
  api_least_requests_per_hour = 1
  queue_age_hours             = 24
  database_identifier         = "energy"
  database_size_gib           = 50
  database_free_percent       = 5
  database_cpu_percent        = 80
  database_free_memory_mib    = 256
  database_connections        = 300

  functions = {
    authorizer = { name = "energy-authorizer", timeout_seconds = 10 }
    exporter   = { name = "energy-exporter", timeout_seconds = 900 }
  }

  dead_letter_queue_names = { alarms = "energy-alarms-dead-letter", events = "energy-undelivered-events" }

  alarm_descriptions = {
    for name in [
      "run-failed", "run-timed-out", "run-aborted", "run-missing", "run-throttled", "dead-letters-alarms", "dead-letters-events",
      "queue-age", "api-5xx", "api-4xx", "api-latency", "api-no-requests", "authorizer-errors", "tasks-missing",
      "targets-unhealthy", "database-storage", "database-cpu", "database-memory", "database-connections",
      "throttled-{function}", "slow-{function}",
    ] : name => "${name} {function} {queue} {percent} {milliseconds} {requests}"
  }
}

run "thresholds_follow_the_values" {
  command = plan

  assert {
    condition = {
      for name in ["queue-age", "database-memory", "database-storage", "slow-exporter", "slow-authorizer"] :
      name => aws_cloudwatch_metric_alarm.this[name].threshold
      } == {
      queue-age        = 86400
      database-memory  = 268435456
      database-storage = 2684354560
      slow-exporter    = 720000
      slow-authorizer  = 8000
    }
    error_message = "A threshold is wrong."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["throttled-exporter"].dimensions == tomap({ FunctionName = "energy-exporter" })
    error_message = "The alarm watches another function."
  }

  assert {
    condition = [for name in ["5xx", "4xx"] : aws_cloudwatch_metric_alarm.api_errors[name].threshold] == [1, 50]

    error_message = "A share is wrong."
  }
}

run "texts_have_no_braces_left" {
  command = plan

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["slow-exporter"].alarm_description, "slow-exporter exporter")
    error_message = "The function is not named."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["dead-letters-events"].alarm_description, "energy-undelivered-events")
    error_message = "The queue is not named."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.api_latency.alarm_description, "2000")
    error_message = "The milliseconds are not named."
  }
}

run "the_widgets_of_the_dashboard_do_not_overlap" {
  command = apply

  assert {
    condition = length(distinct([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.x}/${widget.y}"
    ])) == length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets)
    error_message = "2 widgets are at the same place."
  }
}
