output "listener_arn" {
  description = "What the VPC link's integrations lead to."
  value       = aws_lb_listener.this.arn
}

output "target_group_arn" {
  description = "Where the service registers its tasks."
  value       = aws_lb_target_group.service.arn

  # ECS refuses a target group that no load balancer uses.
  depends_on = [aws_lb_listener.this]
}
