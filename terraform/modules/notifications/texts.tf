# This file has every text of a notification that Terraform sends. The functions have the texts of their own e-mails:
# domain/digest.py and lambdas/planner/set_aside.py.

locals {
  # These commands work on AWS and on the laptop, with the shell's credentials.
  run_day   = "python -m operations.run_day --outputs outputs.json"
  redrive   = "After you fixed the cause, re-queue them: python -m operations.redrive --outputs outputs.json."
  run_again = "After you fixed the cause, run its date again: ${local.run_day} --date YYYY-MM-DD."

  # What each CloudWatch alarm says, by the alarm's name without the prefix. modules/monitoring fills the braces.
  alarm_texts = {
    run-failed           = "A run of the pipeline ended as failed. ${local.run_again}"
    run-timed-out        = "A run of the pipeline ended as timed-out. ${local.run_again}"
    run-aborted          = "A run of the pipeline ended as aborted. ${local.run_again}"
    run-missing          = "No run of the pipeline has succeeded for a day. Look at its rule, then run the missing days: ${local.run_day} --from YYYY-MM-DD --to YYYY-MM-DD."
    run-throttled        = "Step Functions delays the pipeline's states: the account's quota is used up."
    dead-letters-alarms  = "Messages wait in {queue}. ${local.redrive}"
    dead-letters-events  = "Messages wait in {queue}. ${local.redrive}"
    queue-age            = "A message has waited in the alarm queue for too long: its consumer does not keep up, or there is none."
    api-5xx              = "More than {percent} % of the API's requests were answered 5xx. See the access log."
    api-4xx              = "More than {percent} % of the API's requests were answered 4xx for 15 minutes: many customers are refused."
    api-latency          = "1 of 100 requests to the API took longer than {milliseconds} ms, for 15 minutes."
    api-no-requests      = "The API got fewer than {requests} requests in an hour. Meters report each quarter-hour."
    authorizer-errors    = "The authorizer failed: customers are answered 500. See its log group."
    tasks-missing        = "The service has run fewer tasks than it should for 10 minutes."
    targets-unhealthy    = "A task of the service has failed its health checks for 5 minutes."
    database-storage     = "The database is nearly full, although its storage grows by itself up to max_allocated_storage."
    database-cpu         = "The database's processor has been busy for 15 minutes."
    database-memory      = "The database has had little free memory for 15 minutes."
    database-connections = "The database has nearly as many connections as it takes."

    "throttled-{function}" = "The function {function} was refused an execution: its reserved concurrency, or the account's, is used up."
    "slow-{function}"      = "The function {function} took more than 80 % of its timeout. At its timeout it is killed."
  }

  # Each description names the alarm's chapter of the runbook.
  alarm_descriptions = { for name, text in local.alarm_texts : name => "${text} See docs/runbook.md, ${name}." }

  # Step Functions fills the braces. A subject has at most 100 characters, an execution's name at most 80.
  failure_mail = {
    subject          = "Pipeline failed: {}"
    message          = "The pipeline failed.\n\nExecution: {}\nInput: {}\nError: {}\nCause: {}"
    message_in_short = "The pipeline failed. Its input and the error could not be sent with this e-mail.\n\nExecution: {}"
  }
}
