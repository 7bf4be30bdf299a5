# PlanDay -> FixInstant -> for each shard ExportShard -> EnrichShard -> FindAlarms -> PublishDay. A step that fails for
# good sends an e-mail to the administrator, and the execution fails. https://states-language.net/spec.html
#
# A catch-up is an execution of its own. It starts the same state machine for each day that it finds (`catch_up.tf`).

locals {
  definition = {
    Comment = "A day's readings: exported, enriched and judged shard by shard, then published"
    StartAt = "IsCatchUp"
    # The most time for a run to wait for another run of its day, and to work. It is less than a day, because the next
    # run is due then.
    TimeoutSeconds = 20 * 60 * 60
    States         = merge(local.catch_up_states, local.day_states)
  }

  day_states = {
    # The execution's whole input goes to the first step, which resolves the date from it. All other steps get the
    # date.
    PlanDay = merge(local.step["planner"], {
      Parameters = {
        FunctionName = var.functions["planner"].arn
        Payload      = { "input.$" = "$", "run.$" = "$$.Execution.Id" }
      }
      Retry          = concat(local.retry_turns, local.retry)
      ResultSelector = { for field in ["date", "customers", "set_aside", "catch_up", "only_changed"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$"
      Catch          = local.catch
      Next           = "AnySetAside"
    })

    AnySetAside = {
      Type    = "Choice"
      Choices = [{ Variable = "$.set_aside.customers", NumericGreaterThan = 0, Next = "TellOfSetAside" }]
      Default = "FixInstant"
    }

    # A customer whose item cannot be read does not stop other customers' day.
    TellOfSetAside = {
      Type     = "Task"
      Resource = "arn:aws:states:::sns:publish"
      Parameters = {
        TopicArn    = var.topic_arn
        "Subject.$" = "$.set_aside.subject"
        "Message.$" = "$.set_aside.message"
      }
      ResultPath = null
      Retry      = local.retry
      Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.notification", Next = "FixInstant" }]
      Next       = "FixInstant"
    }

    # The instant whose knowledge the run publishes, and the shards that it processes.
    FixInstant = merge(local.step["exporter"], {
      Parameters = {
        FunctionName = var.functions["exporter"].arn
        Payload = {
          action           = "begin"
          "date.$"         = "$.date"
          "run.$"          = "$$.Execution.Id"
          "only_changed.$" = "$.only_changed"
        }
      }
      ResultSelector = { "as_known_at.$" = "$.Payload.as_known_at", "shards.$" = "$.Payload.shards" }
      ResultPath     = "$.begun"
      Catch          = local.catch
      Next           = "ProcessShards"
    })

    ProcessShards = {
      Type           = "Map"
      ItemsPath      = "$.begun.shards"
      ItemSelector   = merge(local.run_task, { "shard.$" = "$$.Map.Item.Value" })
      MaxConcurrency = var.max_concurrency
      ItemProcessor = {
        ProcessorConfig = { Mode = "INLINE" }
        StartAt         = "ExportShard"
        States          = local.shard_states
      }
      ResultPath = null
      Catch      = local.catch
      Next       = "PublishDay"
    }

    PublishDay = merge(local.step["publisher"], {
      Parameters = {
        FunctionName = var.functions["publisher"].arn
        Payload      = local.run_task
      }
      ResultSelector = { for field in ["exported", "enriched", "alarms", "publication"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$.published"
      Catch          = local.catch
      Next           = "Summary"
    })

    Summary = {
      Type = "Pass"
      Parameters = {
        "date.$"        = "$.date"
        "customers.$"   = "$.customers"
        "set_aside.$"   = "$.set_aside.customers"
        "exported.$"    = "$.published.exported"
        "enriched.$"    = "$.published.enriched"
        "alarms.$"      = "$.published.alarms"
        "publication.$" = "$.published.publication"
      }
      End = true
    }

    NotifyFailure = {
      Type     = "Task"
      Resource = "arn:aws:states:::sns:publish"
      Parameters = {
        TopicArn    = var.topic_arn
        "Subject.$" = "States.Format('${var.failure_mail.subject}', $$.Execution.Name)"
        "Message.$" = join("", [
          "States.Format('${var.failure_mail.message}', ",
          "$$.Execution.Id, States.JsonToString($$.Execution.Input), $.Error, $.Cause)",
        ])
      }
      ResultPath = null
      Retry      = [local.retry_service_errors]
      Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.notification", Next = "NotifyFailureInShort" }]
      Next       = "Failed"
    }

    # An execution's input can have 256 KiB. So can an e-mail, but it also has the error.
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    NotifyFailureInShort = {
      Type     = "Task"
      Resource = "arn:aws:states:::sns:publish"
      Parameters = {
        TopicArn    = var.topic_arn
        "Subject.$" = "States.Format('${var.failure_mail.subject}', $$.Execution.Name)"
        "Message.$" = "States.Format('${var.failure_mail.message_in_short}', $$.Execution.Id)"
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

  shard_states = {
    ExportShard = merge(local.step["exporter"], {
      Parameters     = { FunctionName = var.functions["exporter"].arn, Payload = local.shard_task }
      ResultSelector = { "rows.$" = "$.Payload.rows", "metering_points.$" = "$.Payload.metering_points" }
      ResultPath     = "$.answers.exported"
      Next           = "EnrichShard"
    })

    EnrichShard = merge(local.step["enricher"], {
      Parameters     = { FunctionName = var.functions["enricher"].arn, Payload = local.shard_task }
      ResultSelector = { "rows.$" = "$.Payload.rows", "rows_without_customer.$" = "$.Payload.rows_without_customer" }
      ResultPath     = "$.answers.enriched"
      Next           = "FindAlarms"
    })

    # The step stores its findings as objects, which the publisher reads. The state has none of them, so a new check
    # changes nothing here.
    FindAlarms = merge(local.step["alerting"], {
      Parameters = { FunctionName = var.functions["alerting"].arn, Payload = local.shard_task }
      ResultPath = null
      OutputPath = "$.answers"
      End        = true
    })
  }

  # A step gets the number of its shard and finds the objects by it. Rows would exceed the 256 KiB of a state.
  shard_task = { for field in ["date", "run", "as_known_at", "catch_up", "shard"] : "${field}.$" => "$.${field}" }

  # The steps tell the publisher of their parts by small objects, so a run's state does not grow with its shards.
  run_task = {
    "date.$"        = "$.date"
    "run.$"         = "$$.Execution.Id"
    "as_known_at.$" = "$.begun.as_known_at"
    "catch_up.$"    = "$.catch_up"
  }

  # The timeout is longer than the function's own. So the function times out first, and its log shows it.
  step = {
    for step, function in var.functions : step => {
      Type           = "Task"
      Resource       = "arn:aws:states:::lambda:invoke"
      TimeoutSeconds = function.timeout_seconds + 30
      Retry          = local.retry
    }
  }

  catch = [{ ErrorEquals = ["States.ALL"], Next = "NotifyFailure" }]
  retry = [local.retry_service_errors, local.retry_timeouts, local.retry_others]

  # A wrong date stays wrong, and unreadable customers stay unreadable, so these errors are not retried. Where 2 runs of
  # a date meet, the second run waits, if necessary for hours.
  retry_turns = [
    { ErrorEquals = ["InvalidDate", "NoUsableCustomers"], MaxAttempts = 0 },
    {
      ErrorEquals     = ["DateLocked"]
      IntervalSeconds = 2
      MaxAttempts     = 300
      BackoffRate     = 1.5
      MaxDelaySeconds = 60
      JitterStrategy  = "FULL"
    },
  ]

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
    MaxAttempts     = 2
    BackoffRate     = 1
  }

  # Every step can be repeated. So a restart of the database, a service with errors for a while, and a killed function
  # do not fail a run.
  retry_others = {
    ErrorEquals     = ["States.ALL"]
    IntervalSeconds = 2
    MaxAttempts     = 3
    BackoffRate     = 3
  }
}
