# ExportDay -> EnrichDay -> RaiseAlarms; whatever fails for good is told to the admin, and the execution fails.
# https://states-language.net/spec.html

locals {
  # The execution's whole input goes to the first step, which resolves the date from it; the others get the date.
  definition = {
    Comment = "A day's readings: exported, enriched, and judged"
    StartAt = "ExportDay"
    States = {
      ExportDay = merge(local.step, {
        Parameters     = { FunctionName = var.functions["exporter"].arn, "Payload.$" = "$" }
        TimeoutSeconds = local.step_timeout["exporter"]
        ResultSelector = { "date.$" = "$.Payload.date", "exported.$" = "$.Payload" }
        ResultPath     = "$"
        Next           = "EnrichDay"
      })

      EnrichDay = merge(local.step, {
        Parameters     = { FunctionName = var.functions["enricher"].arn, Payload = { "date.$" = "$.date" } }
        TimeoutSeconds = local.step_timeout["enricher"]
        ResultPath     = "$.enriched"
        Next           = "RaiseAlarms"
      })

      RaiseAlarms = merge(local.step, {
        Parameters     = { FunctionName = var.functions["alerting"].arn, Payload = { "date.$" = "$.date" } }
        TimeoutSeconds = local.step_timeout["alerting"]
        ResultPath     = "$.alarms"
        Next           = "Summary"
      })

      Summary = {
        Type = "Pass"
        Parameters = {
          "date.$"     = "$.date"
          "exported.$" = "$.exported"
          "enriched.$" = "$.enriched.Payload"
          "alarms.$"   = "$.alarms.Payload"
        }
        End = true
      }

      NotifyFailure = {
        Type     = "Task"
        Resource = "arn:aws:states:::sns:publish"
        Parameters = {
          TopicArn = var.alarm_topic_arn
          # A subject has at most 100 characters, an execution's name at most 80.
          "Subject.$" = "States.Format('Pipeline failed: {}', $$.Execution.Name)"
          "Message.$" = join("", [
            "States.Format('The pipeline failed.\n\nExecution: {}\nInput: {}\nError: {}\nCause: {}', ",
            "$$.Execution.Id, States.JsonToString($$.Execution.Input), $.Error, $.Cause)",
          ])
        }
        ResultPath = null
        Retry      = [local.retry_service_errors]
        Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.notification", Next = "Failed" }]
        Next       = "Failed"
      }

      Failed = {
        Type      = "Fail"
        ErrorPath = "$.Error"
        CausePath = "$.Cause"
      }
    }
  }

  step = {
    Type     = "Task"
    Resource = "arn:aws:states:::lambda:invoke"
    Retry    = [local.retry_service_errors, local.retry_timeouts]
    Catch    = [{ ErrorEquals = ["States.ALL"], Next = "NotifyFailure" }]
  }

  # Above the function's own, so that it is the function that times out and leaves its log behind.
  step_timeout = { for step, function in var.functions : step => function.timeout_seconds + 30 }

  # https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
  retry_service_errors = {
    ErrorEquals = [
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
    ]
    IntervalSeconds = 2
    MaxAttempts     = 6
    BackoffRate     = 2
  }

  retry_timeouts = {
    ErrorEquals     = ["Sandbox.Timedout", "States.Timeout"]
    IntervalSeconds = 10
    MaxAttempts     = 1
    BackoffRate     = 1
  }
}
