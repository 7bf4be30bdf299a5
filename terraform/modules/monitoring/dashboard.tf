# The flow on one page: API, service, database, pipeline, queues, alarms.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html

locals {
  # Each row has up to 3 charts. A metric is its name and its statistic; the row's dimensions belong to all of them.
  rows = [
    {
      namespace  = "AWS/ApiGateway"
      dimensions = local.api_dimensions
      charts = {
        "API: requests" = [["Count", "Sum"], ["4xx", "Sum"], ["5xx", "Sum"]]
        "API: latency"  = [["Latency", "p50"], ["Latency", "p99"], ["IntegrationLatency", "p99"]]
      }
    },
    {
      namespace  = "AWS/ApplicationELB"
      dimensions = { LoadBalancer = var.load_balancer }
      charts     = { "Load balancer: requests and their time" = [["RequestCount", "Sum"], ["TargetResponseTime", "p99"]] }
    },
    {
      namespace  = "AWS/ApplicationELB"
      dimensions = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }
      charts     = { "Load balancer: targets" = [["HealthyHostCount", "Minimum"], ["UnHealthyHostCount", "Maximum"]] }
    },
    {
      namespace  = "ECS/ContainerInsights"
      dimensions = { ClusterName = var.cluster_name, ServiceName = var.service_name }
      charts     = { "Service: tasks" = [["DesiredTaskCount", "Average"], ["RunningTaskCount", "Average"]] }
    },
    {
      namespace  = "AWS/RDS"
      dimensions = local.database_dimensions
      charts = {
        "Database: processor"   = [["CPUUtilization", "Average"]]
        "Database: connections" = [["DatabaseConnections", "Maximum"]]
        "Database: memory"      = [["FreeableMemory", "Minimum"]]
        "Database: storage"     = [["FreeStorageSpace", "Minimum"]]
      }
    },
    {
      namespace  = "AWS/States"
      dimensions = { StateMachineArn = var.state_machine_arn }
      charts = {
        "Pipeline: runs" = [["ExecutionsStarted", "Sum"], ["ExecutionsSucceeded", "Sum"], ["ExecutionsFailed", "Sum"]]
        "Pipeline: time" = [["ExecutionTime", "Maximum"]]
      }
    },
    {
      namespace  = "AWS/SQS"
      dimensions = { QueueName = var.queue_name }
      charts     = { "Alarm queue" = [["ApproximateNumberOfMessagesVisible", "Maximum"], ["ApproximateAgeOfOldestMessage", "Maximum"]] }
    },
  ]

  charts = flatten([
    for row in local.rows : [
      for title, metrics in row.charts : {
        title = title
        metrics = [
          for metric in metrics :
          concat([row.namespace, metric[0]], flatten([for name, value in row.dimensions : [name, value]]), [{ stat = metric[1] }])
        ]
      }
    ]
  ])

  # One chart compares all functions, and one all dead-letter queues.
  compared = [
    {
      title   = "Functions: longest duration"
      metrics = [for name, function in var.functions : ["AWS/Lambda", "Duration", "FunctionName", function.name, { stat = "Maximum" }]]
    },
    {
      title   = "Functions: errors"
      metrics = [for name, function in var.functions : ["AWS/Lambda", "Errors", "FunctionName", function.name, { stat = "Sum" }]]
    },
    {
      title   = "Dead letters"
      metrics = [for purpose, queue in var.dead_letter_queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum" }]]
    },
  ]

  metric_widgets = [
    for place, chart in concat(local.charts, local.compared) : {
      type       = "metric"
      x          = place % 3 * 8
      y          = 4 + floor(place / 3) * 6
      width      = 8
      height     = 6
      properties = { title = chart.title, metrics = chart.metrics, region = var.region, period = 5 * local.minute, view = "timeSeries" }
    }
  ]

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_remove_alarm_dashboard.html
  alarm_widget = {
    type       = "alarm"
    x          = 0
    y          = 0
    width      = 24
    height     = 4
    properties = { title = "Alarms (docs/runbook.md)", alarms = local.alarm_arns, sortBy = "stateUpdatedTimestamp" }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.alarm_widget], local.metric_widgets) })
}
