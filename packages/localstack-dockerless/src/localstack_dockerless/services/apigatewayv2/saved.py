"""Declares the deployments of HTTP APIs to the saved state. Cached answers of authorizers are not kept."""

from localstack_dockerless.services.apigatewayv2 import stages
from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.state.registries import keep

keep("apigatewayv2", "deployments", stages.deployments, stages.set_deployments)
keep("apigatewayv2", "routes", moto_configuration.deployed, moto_configuration.set_deployed)
