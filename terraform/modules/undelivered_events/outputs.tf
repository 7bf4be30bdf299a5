output "queue_arn" {
  description = "The queue, for a target's dead_letter_config."
  value       = aws_sqs_queue.dead_letter.arn
}

output "queue_name" {
  description = "The queue's name."
  value       = aws_sqs_queue.dead_letter.name
}

output "queue_url" {
  description = "The queue's address."
  value       = aws_sqs_queue.dead_letter.url
}
