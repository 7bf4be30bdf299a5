output "function" {
  description = "The function's published version, for the pipeline."
  value       = module.function.version
}

output "log_group" {
  description = "The function's log group."
  value       = module.function.log_group
}

output "queue_url" {
  description = "Queue of the alarms."
  value       = aws_sqs_queue.alarms.url
}

output "queue" {
  description = "The queue of the alarms, for its consumer."
  value = {
    name                       = aws_sqs_queue.alarms.name
    arn                        = aws_sqs_queue.alarms.arn
    url                        = aws_sqs_queue.alarms.url
    visibility_timeout_seconds = aws_sqs_queue.alarms.visibility_timeout_seconds
  }
}

output "dead_letter_queue_url" {
  description = "Queue of the alarms that could not be processed."
  value       = aws_sqs_queue.alarms_dead_letter.url
}

output "dead_letter_queue_name" {
  description = "Name of the queue of the alarms that could not be processed."
  value       = aws_sqs_queue.alarms_dead_letter.name
}

output "dead_letter_queue_arn" {
  description = "ARN of the queue of the alarms that could not be processed."
  value       = aws_sqs_queue.alarms_dead_letter.arn
}
