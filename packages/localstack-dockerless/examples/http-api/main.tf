# An HTTP API whose requests reach an ECS task through a VPC link and an internal load balancer.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

data "aws_subnets" "default" {}

resource "aws_lb" "internal" {
  name     = "example"
  internal = true
  subnets  = data.aws_subnets.default.ids
}

resource "aws_lb_target_group" "tasks" {
  name        = "example"
  port        = 8000
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_lb.internal.vpc_id
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.internal.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tasks.arn
  }
}

resource "aws_ecs_cluster" "example" {
  name = "example"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "example"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name         = "web"
    image        = "public.ecr.aws/docker/library/httpd:2.4"
    portMappings = [{ containerPort = 8000 }]
  }])
}

resource "aws_ecs_service" "web" {
  name            = "example"
  cluster         = aws_ecs_cluster.example.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  depends_on      = [aws_lb_listener.http]
  network_configuration {
    subnets = data.aws_subnets.default.ids
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.tasks.arn
    container_name   = "web"
    container_port   = 8000
  }
}

resource "aws_apigatewayv2_api" "example" {
  name          = "example"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_vpc_link" "example" {
  name               = "example"
  subnet_ids         = data.aws_subnets.default.ids
  security_group_ids = []
}

resource "aws_apigatewayv2_integration" "tasks" {
  api_id             = aws_apigatewayv2_api.example.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = aws_lb_listener.http.arn
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.example.id
}

resource "aws_apigatewayv2_route" "all" {
  api_id    = aws_apigatewayv2_api.example.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.tasks.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.example.id
  name        = "$default"
  auto_deploy = true
}

output "url" {
  value = aws_apigatewayv2_api.example.api_endpoint
}
