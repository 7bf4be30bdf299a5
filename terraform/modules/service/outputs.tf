output "repository_url" {
  description = "Address of the image repository."
  value       = aws_ecr_repository.this.repository_url
}

output "cluster_name" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "The service."
  value       = aws_ecs_service.this.name
}

output "service_arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.this.id
}

output "migration_task" {
  description = "The task that migrates the database, for operations/migrate.py. The family stands for its newest revision."
  value       = merge(local.migration_task, { task_definition = aws_ecs_task_definition.migrations.family })
}

output "log_group" {
  description = "The tasks' log group."
  value       = aws_cloudwatch_log_group.this.name
}
