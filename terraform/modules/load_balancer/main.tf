# The load balancer is internal. The VPC link is the only way in, so nobody can bypass the authorizer.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:the API's access log has every request that can get here
  #checkov:skip=CKV2_AWS_20:TLS ends at the API; see the listener
  name               = var.name
  load_balancer_type = "application"
  internal           = true
  subnets            = var.subnet_ids
  security_groups    = [var.security_group_id]

  # A header with an odd spelling must not pass the API's parameter mapping.
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  # The timeout is longer than the API's 30 s, so that the API answers a slow request. The tasks keep connections open
  # for longer than this, because a request is lost on a connection that they close first.
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
  idle_timeout = 60
}

resource "aws_lb_target_group" "service" {
  #checkov:skip=CKV_AWS_378:traffic stays in private subnets, between two security groups that name each other
  name        = "${var.name}-service"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = var.service_port

  # The delay is longer than the longest request.
  deregistration_delay = 35

  # The check asks whether the task serves, not whether the database answers. ECS replaces every task that fails the
  # check, and all would fail while the database restarts or fails over. They answer 503 with Retry-After meanwhile.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
  health_check {
    path                = "/live"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

# The listener uses plain HTTP. TLS ends at the API. From there the request stays inside the VPC, where the security
# groups let nobody else reach the load balancer or a task.
resource "aws_lb_listener" "this" {
  #checkov:skip=CKV_AWS_2:see above: the VPC link alone reaches it
  #checkov:skip=CKV_AWS_103:see above: the VPC link alone reaches it
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service.arn
  }
}
