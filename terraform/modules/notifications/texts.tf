# This file has every text of a notification that Terraform sends. The functions have the texts of their own e-mails:
# domain/digest.py and lambdas/planner/set_aside.py.

locals {
  # These commands work on AWS and on the laptop, with the shell's credentials.
  run_day   = "python -m operations.run_day --outputs outputs.json"
  redrive   = "After you fixed the cause, re-queue them: python -m operations.redrive --outputs outputs.json."
  run_again = "After you fixed the cause, run its date again: ${local.run_day} --date YYYY-MM-DD."
  explained = "See terraform/README.md, After an alarm."

  # The description of each CloudWatch alarm, by the alarm's name without the prefix. modules/monitoring fills the
  # braces.
  alarm_descriptions = {
    run-failed          = "A run of the pipeline ended as failed. ${local.run_again} ${local.explained}"
    run-timed-out       = "A run of the pipeline ended as timed-out. ${local.run_again} ${local.explained}"
    run-aborted         = "A run of the pipeline ended as aborted. ${local.run_again} ${local.explained}"
    run-missing         = "No run of the pipeline has succeeded for a day. Look at its rule, then run the missing days: ${local.run_day} --from YYYY-MM-DD --to YYYY-MM-DD. ${local.explained}"
    dead-letters-alarms = "Messages wait in {queue}. ${local.redrive} ${local.explained}"
    dead-letters-events = "Messages wait in {queue}. ${local.redrive} ${local.explained}"
    api-5xx             = "More than {percent} % of the API's requests were answered 5xx. See the access log."
    authorizer-errors   = "The authorizer failed: customers are answered 500. See its log group."
    database-storage    = "The database is nearly full, although its storage grows by itself up to max_allocated_storage."
  }

  # Step Functions fills the braces. A subject has at most 100 characters, an execution's name at most 80.
  failure_mail = {
    subject          = "Pipeline failed: {}"
    message          = "The pipeline failed.\n\nExecution: {}\nInput: {}\nError: {}\nCause: {}"
    message_in_short = "The pipeline failed. Its input and the error could not be sent with this e-mail.\n\nExecution: {}"
  }
}
