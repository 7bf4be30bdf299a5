# BeginRun -> for each segment of the customers ScanSegment -> DivideDay -> FixInstant -> for each shard ExportShard ->
# EnrichShard -> FindAlarms -> PublishDay -> for each shard with news KeepShardAlarms -> MakeReport -> FinishRun. A step that fails for good sends an e-mail to the administrator, and the
# execution fails. https://states-language.net/spec.html
#
# Each function is named by the ARN of its version. An execution keeps the definition that it began with, and so do the
# executions of its distributed Maps. So one run has one version of each function, also where an apply comes in between.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
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
    BeginRun = merge(local.step["planner"], {
      Parameters = {
        FunctionName = var.functions["planner"].arn
        Payload      = { action = "begin", "input.$" = "$", "run.$" = "$$.Execution.Id" }
      }
      Retry          = concat(local.retry_turns, local.retry)
      ResultSelector = { for field in ["date", "run", "segments", "objects", "catch_up", "only_changed", "day"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$"
      Catch          = local.catch
      Next           = "IsPublished"
    })

    # The catch-up of a published day takes the shards and the customers of the publication.
    IsPublished = {
      Type    = "Choice"
      Choices = [{ Variable = "$.catch_up", BooleanEquals = true, Next = "FixInstant" }]
      Default = "ScanCustomers"
    }

    # The steps store what they read as objects, so the state does not grow with the segments' customers.
    ScanCustomers = {
      Type           = "Map"
      ItemsPath      = "$.segments"
      ItemSelector   = local.segment_task
      MaxConcurrency = min(var.max_concurrency, 40)
      ItemProcessor = {
        ProcessorConfig = { Mode = "INLINE" }
        StartAt         = "ScanSegment"
        States          = local.segment_states
      }
      ResultPath = null
      Catch      = local.catch
      Next       = "DivideDay"
    }

    DivideDay = merge(local.step["planner"], {
      Parameters = {
        FunctionName = var.functions["planner"].arn
        Payload = {
          action       = "divide"
          "date.$"     = "$.date"
          "run.$"      = "$.run"
          "segments.$" = "States.ArrayLength($.segments)"
        }
      }
      Retry          = concat(local.retry_turns, local.retry)
      ResultSelector = { for field in ["customers", "set_aside", "shards"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$.day"
      Catch          = local.catch
      Next           = "AnySetAside"
    })

    AnySetAside = {
      Type    = "Choice"
      Choices = [{ Variable = "$.day.set_aside.customers", NumericGreaterThan = 0, Next = "TellOfSetAside" }]
      Default = "FixInstant"
    }

    # A customer whose item cannot be read does not stop other customers' day.
    TellOfSetAside = {
      Type     = "Task"
      Resource = "arn:aws:states:::sns:publish"
      Parameters = {
        TopicArn    = var.topic_arn
        "Subject.$" = "$.day.set_aside.subject"
        "Message.$" = "$.day.set_aside.message"
      }
      ResultPath = null
      Retry      = local.retry
      Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.notification", Next = "FixInstant" }]
      Next       = "FixInstant"
    }

    # The instant whose knowledge the run publishes, and the list of the shards that it processes.
    FixInstant = merge(local.step["exporter"], {
      Parameters = {
        FunctionName = var.functions["exporter"].arn
        Payload = {
          action           = "begin"
          "date.$"         = "$.date"
          "run.$"          = "$.run"
          "only_changed.$" = "$.only_changed"
        }
      }
      ResultSelector = { "as_known_at.$" = "$.Payload.as_known_at", "shards.$" = "$.Payload.shards" }
      ResultPath     = "$.begun"
      Catch          = local.catch
      Next           = "AnyShard"
    })

    AnyShard = {
      Type    = "Choice"
      Choices = [{ Variable = "$.begun.shards", NumericGreaterThan = 0, Next = "ProcessShards" }]
      Default = "PublishDay"
    }

    ProcessShards = local.process_shards

    # The Map's own error says only that a shard failed. The shard that failed has stored its error. Where no shard
    # failed, S3 answers AccessDenied for the missing object, because the role may not list the bucket.
    ReadShardError = {
      Type           = "Task"
      Resource       = "arn:aws:states:::aws-sdk:s3:getObject"
      Parameters     = { Bucket = var.bucket.name, "Key.$" = "$.objects.failure" }
      ResultSelector = { "error.$" = "States.StringToJson($.Body)" }
      ResultPath     = "$.shard"
      OutputPath     = "$.shard.error"
      Retry          = [{ ErrorEquals = ["S3.AccessDeniedException"], MaxAttempts = 0 }, local.retry_others]
      Catch          = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.unread", Next = "TakeMapError" }]
      Next           = "NotifyFailure"
    }

    TakeMapError = {
      Type      = "Pass"
      InputPath = "$.failed"
      Next      = "NotifyFailure"
    }

    PublishDay = merge(local.step["publisher"], {
      Parameters = {
        FunctionName = var.functions["publisher"].arn
        Payload      = merge(local.publisher_task, { action = "publish" })
      }
      ResultSelector = { for field in ["exported", "enriched", "publication", "alarm_shards"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$.published"
      Catch          = local.catch
      Next           = "AnyAlarm"
    })

    # A run without news has no shard whose alarms may change.
    AnyAlarm = {
      Type    = "Choice"
      Choices = [{ Variable = "$.published.alarm_shards", NumericGreaterThan = 0, Next = "KeepAlarms" }]
      Default = "MakeReport"
    }

    KeepAlarms = local.keep_alarms

    # The mail names the report. A report that cannot be made stops neither the mail nor the run. The mail says so.
    MakeReport = merge(local.step["reporter"], {
      Parameters = {
        FunctionName = var.functions["reporter"].arn
        Payload      = { "date.$" = "$.date", "run.$" = "$.run" }
      }
      ResultSelector = { "key.$" = "$.Payload.report" }
      ResultPath     = "$.report"
      Catch          = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.report", Next = "FinishRun" }]
      Next           = "FinishRun"
    })

    FinishRun = merge(local.step["publisher"], {
      Parameters = {
        FunctionName = var.functions["publisher"].arn
        Payload      = merge(local.publisher_task, { action = "finish", "published.$" = "$.published", "report.$" = "$.report" })
      }
      ResultSelector = { "alarms.$" = "$.Payload.alarms" }
      ResultPath     = "$.finished"
      Catch          = local.catch
      Next           = "Summary"
    })

    Summary = {
      Type = "Pass"
      Parameters = {
        "date.$"        = "$.date"
        "customers.$"   = "$.day.customers"
        "set_aside.$"   = "$.day.set_aside.customers"
        "exported.$"    = "$.published.exported"
        "enriched.$"    = "$.published.enriched"
        "alarms.$"      = "$.finished.alarms"
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

  publisher_task = { "date.$" = "$.date", "run.$" = "$.run", "as_known_at.$" = "$.begun.as_known_at" }

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
