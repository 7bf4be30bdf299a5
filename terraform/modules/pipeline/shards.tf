# The distributed Maps over the shards: one over all shards, and one over the shards whose alarms may change. Each shard is an execution of its own, with a history of its own. The shards come
# from an object, and the results go to objects. So no state grows with the number of shards.
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html

locals {
  process_shards = {
    Type = "Map"
    ItemReader = {
      Resource     = "arn:aws:states:::s3:getObject"
      ReaderConfig = { InputType = "JSON" }
      Parameters   = { Bucket = var.bucket.name, "Key.$" = "$.objects.shards" }
    }
    # The run is the parent execution. Inside the Map, $$.Execution is the shard's own execution.
    ItemSelector = {
      "date.$"        = "$.date"
      "run.$"         = "$.run"
      "as_known_at.$" = "$.begun.as_known_at"
      "catch_up.$"    = "$.catch_up"
      "shard.$"       = "$$.Map.Item.Value"
      "failure.$"     = "$.objects.failure"
    }
    MaxConcurrency        = var.max_concurrency
    ToleratedFailureCount = 0
    Label                 = "Shards"
    ItemProcessor = {
      # EXPRESS ends after 5 minutes, and one step alone may take 15.
      # https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
      ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
      StartAt         = "ExportShard"
      States          = local.shard_states
    }
    ResultWriter = {
      Resource   = "arn:aws:states:::s3:putObject"
      Parameters = { Bucket = var.bucket.name, "Prefix.$" = "$.objects.results" }
    }
    ResultPath = null
    # Every step can be repeated, so a second run of the Map writes the same objects.
    Retry = [{ ErrorEquals = ["States.ItemReaderFailed", "States.ResultWriterFailed"], IntervalSeconds = 5, MaxAttempts = 3, BackoffRate = 2 }]
    Catch = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.failed", Next = "ReadShardError" }]
    Next  = "PublishDay"
  }

  # The second Map keeps the alarms, after the publication is added. A million alarms of a night are kept by many
  # functions at the same time.
  keep_alarms = {
    Type = "Map"
    ItemReader = {
      Resource     = "arn:aws:states:::s3:getObject"
      ReaderConfig = { InputType = "JSON" }
      Parameters   = { Bucket = var.bucket.name, "Key.$" = "$.objects.alarm_shards" }
    }
    ItemSelector = {
      "date.$"        = "$.date"
      "run.$"         = "$.run"
      "as_known_at.$" = "$.begun.as_known_at"
      "shard.$"       = "$$.Map.Item.Value"
      "failure.$"     = "$.objects.failure"
    }
    MaxConcurrency        = var.max_concurrency
    ToleratedFailureCount = 0
    Label                 = "Alarms"
    ItemProcessor = {
      ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
      StartAt         = "KeepShardAlarms"
      States = {
        KeepShardAlarms = merge(local.step["publisher"], {
          Parameters = {
            FunctionName = var.functions["publisher"].arn
            Payload = {
              action          = "keep"
              "date.$"        = "$.date"
              "run.$"         = "$.run"
              "as_known_at.$" = "$.as_known_at"
              "shard.$"       = "$.shard"
            }
          }
          ResultPath = null
          OutputPath = "$.shard.number"
          Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.failed", Next = "StoreAlarmError" }]
          End        = true
        })

        StoreAlarmError = merge(local.store_shard_error, {
          Catch = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.unstored", Next = "AlarmsFailed" }]
          Next  = "AlarmsFailed"
        })

        AlarmsFailed = local.shard_failed
      }
    }
    ResultWriter = {
      Resource   = "arn:aws:states:::s3:putObject"
      Parameters = { Bucket = var.bucket.name, "Prefix.$" = "$.objects.results" }
    }
    ResultPath = null
    Retry      = [{ ErrorEquals = ["States.ItemReaderFailed", "States.ResultWriterFailed"], IntervalSeconds = 5, MaxAttempts = 3, BackoffRate = 2 }]
    Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.failed", Next = "ReadShardError" }]
    Next       = "MakeReport"
  }

  shard_states = {
    ExportShard = merge(local.step["exporter"], {
      Parameters     = { FunctionName = var.functions["exporter"].arn, Payload = local.shard_task }
      ResultSelector = { "rows.$" = "$.Payload.rows", "metering_points.$" = "$.Payload.metering_points" }
      ResultPath     = "$.answers.exported"
      Catch          = local.catch_in_shard
      Next           = "EnrichShard"
    })

    EnrichShard = merge(local.step["enricher"], {
      Parameters     = { FunctionName = var.functions["enricher"].arn, Payload = local.shard_task }
      ResultSelector = { "rows.$" = "$.Payload.rows", "rows_without_customer.$" = "$.Payload.rows_without_customer" }
      ResultPath     = "$.answers.enriched"
      Catch          = local.catch_in_shard
      Next           = "FindAlarms"
    })

    # Each step stores what it says of its part as an object, and this one its findings. The publisher reads them. The
    # state has none of them, so a new check changes nothing here.
    FindAlarms = merge(local.step["alerting"], {
      Parameters = { FunctionName = var.functions["alerting"].arn, Payload = local.shard_task }
      ResultPath = null
      OutputPath = "$.shard.number"
      Catch      = local.catch_in_shard
      End        = true
    })

    # The run reads this object for its e-mail. Where several shards fail, one of their errors stays.
    StoreShardError = merge(local.store_shard_error, {
      Catch = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.unstored", Next = "ShardFailed" }]
      Next  = "ShardFailed"
    })

    ShardFailed = local.shard_failed
  }

  store_shard_error = {
    Type     = "Task"
    Resource = "arn:aws:states:::aws-sdk:s3:putObject"
    Parameters = {
      Bucket  = var.bucket.name
      "Key.$" = "$.failure"
      Body = {
        "Error.$" = "$.failed.Error"
        "Cause.$" = "States.Format('Shard {}: {}', $.shard.number, $.failed.Cause)"
      }
    }
    ResultPath = null
    Retry      = [local.retry_others]
  }

  shard_failed = {
    Type      = "Fail"
    ErrorPath = "$.failed.Error"
    CausePath = "$.failed.Cause"
  }

  # A step gets the number of its shard and finds the objects by it. Rows would exceed the 256 KiB of a state.
  shard_task = { for field in ["date", "run", "as_known_at", "catch_up", "shard"] : "${field}.$" => "$.${field}" }

  catch_in_shard = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.failed", Next = "StoreShardError" }]
}
