# The states that read one segment of the customers. Each step reads at most so many customers as fit into its time. The
# next step continues where it ended.

locals {
  segment_task = {
    "date.$"     = "$.date"
    "run.$"      = "$.run"
    "segment.$"  = "$$.Map.Item.Value"
    "segments.$" = "States.ArrayLength($.segments)"
    next         = { part = 0, start = null }
  }

  segment_states = {
    ScanSegment = merge(local.step["planner"], {
      Parameters = {
        FunctionName = var.functions["planner"].arn
        Payload = {
          action       = "scan"
          "date.$"     = "$.date"
          "run.$"      = "$.run"
          "segment.$"  = "$.segment"
          "segments.$" = "$.segments"
          "part.$"     = "$.next.part"
          "start.$"    = "$.next.start"
        }
      }
      ResultSelector = { for field in ["part", "start", "complete"] : "${field}.$" => "$.Payload.${field}" }
      ResultPath     = "$.next"
      Next           = "IsSegmentComplete"
    })

    IsSegmentComplete = {
      Type    = "Choice"
      Choices = [{ Variable = "$.next.complete", BooleanEquals = true, Next = "SegmentScanned" }]
      Default = "ScanSegment"
    }

    SegmentScanned = {
      Type       = "Succeed"
      OutputPath = "$.segment"
    }
  }
}
