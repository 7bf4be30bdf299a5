# The states of a catch-up. It takes its turn, finds the days, and runs them one after the other, the newest first. A day
# that fails has sent its e-mail, and the next day follows.

locals {
  catch_up_states = {
    # A person can run one day as a catch-up too: {"date": ..., "catch_up": true}. That is an ordinary run.
    IsCatchUp = {
      Type = "Choice"
      Choices = [{
        And = [
          { Variable = "$.catch_up", IsPresent = true },
          { Variable = "$.catch_up", BooleanEquals = true },
          { Variable = "$.date", IsPresent = false },
        ]
        Next = "TakeTurn"
      }]
      Default = "BeginRun"
    }

    # The days of a flood may take longer than the time to the next catch-up, which then ends at once.
    TakeTurn = merge(local.step["planner"], {
      Parameters = {
        FunctionName = var.functions["planner"].arn
        Payload      = { action = "take_turn", "run.$" = "$$.Execution.Id" }
      }
      ResultPath = null
      Retry      = concat([{ ErrorEquals = ["DateLocked"], MaxAttempts = 0 }], local.retry)
      Catch      = concat([{ ErrorEquals = ["DateLocked"], Next = "CatchUpUnderWay" }], local.catch)
      Next       = "FindDays"
    })

    CatchUpUnderWay = { Type = "Succeed" }

    FindDays = merge(local.step["exporter"], {
      Parameters = {
        FunctionName = var.functions["exporter"].arn
        Payload      = { action = "find_days" }
      }
      ResultSelector = { "days.$" = "$.Payload.days" }
      ResultPath     = "$"
      Catch          = local.catch
      Next           = "RunDays"
    })

    RunDays = {
      Type           = "Map"
      ItemsPath      = "$.days"
      MaxConcurrency = 1
      ItemProcessor = {
        ProcessorConfig = { Mode = "INLINE" }
        StartAt         = "RunDay"
        States = {
          # https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
          RunDay = {
            Type     = "Task"
            Resource = "arn:aws:states:::states:startExecution.sync:2"
            Parameters = {
              "StateMachineArn.$" = "$$.StateMachine.Id"
              "Name.$"            = "$.name"
              Input               = { "date.$" = "$.date", catch_up = true }
            }
            ResultSelector = { "date.$" = "$.Output.date", "publication.$" = "$.Output.publication" }
            Catch          = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.failure", Next = "DayNotRun" }]
            End            = true
          }

          DayNotRun = {
            Type       = "Pass"
            Parameters = { "date.$" = "$.date", "error.$" = "$.failure.Error" }
            End        = true
          }
        }
      }
      ResultPath = "$.days"
      End        = true
    }
  }
}
