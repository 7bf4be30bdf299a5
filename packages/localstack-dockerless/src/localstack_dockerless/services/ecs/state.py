"""Holds the one engine of this process. The API, the agents' endpoints and Application Auto Scaling share it."""

from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.localstack_aws import LocalStackAws

ENGINE = Engine(LocalStackAws())
