output "listener_arn" {
  description = "ARN of the listener, the target of the VPC link's integrations."
  value       = aws_lb_listener.this.arn
}

output "metrics_name" {
  description = "The load balancer, as its metrics name it."
  value       = aws_lb.this.arn_suffix
}

output "target_group_metrics_name" {
  description = "The target group, as its metrics name it."
  value       = aws_lb_target_group.service.arn_suffix
}

output "target_group_arn" {
  description = "ARN of the target group, in which the service registers its tasks."
  value       = aws_lb_target_group.service.arn

  # ECS refuses a target group that no load balancer uses.
  depends_on = [aws_lb_listener.this]
}
