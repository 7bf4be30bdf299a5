"""Holds the one engine of this process. The API, the agents' endpoints and Application Auto Scaling share it."""

from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.images import Images
from localstack_dockerless.services.ecs.localstack_aws import LocalStackAws
from localstack_dockerless.services.ecs.mapped_agents import MappedAgents

ENGINE = Engine(LocalStackAws(), hosts=MappedAgents(Images.from_environment()))
