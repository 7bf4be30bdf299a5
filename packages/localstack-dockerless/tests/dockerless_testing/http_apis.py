"""Makes HTTP APIs without a load balancer, for the integrations with functions, servers and services."""

import json
import uuid
from contextlib import ExitStack
from typing import Any

from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import ACCOUNT, HttpAnswer, call
from dockerless_testing.lambda_functions import Function


class HttpApi:
    """Holds an HTTP API with the stage `$default`, whose parts are removed with it."""

    def __init__(self, emulator: Emulator, stack: ExitStack, **settings: Any) -> None:
        self.emulator = emulator
        self.aws = emulator.client("apigatewayv2")
        made = self.aws.create_api(Name=f"api-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP", **settings)
        self.id, self.url = made["ApiId"], made["ApiEndpoint"]
        stack.callback(self.aws.delete_api, ApiId=self.id)
        if "Target" not in settings:
            self.aws.create_stage(ApiId=self.id, StageName="$default", AutoDeploy=True)

    def route(self, key: str, integration: dict[str, Any], **settings: Any) -> str:
        """Makes an integration and a route to it. Returns the integration's id."""
        made = self.aws.create_integration(ApiId=self.id, **integration)["IntegrationId"]
        self.aws.create_route(ApiId=self.id, RouteKey=key, Target=f"integrations/{made}", **settings)
        return str(made)

    def permit(self, function: Function, source: str = "*/*", qualifier: str | None = None) -> None:
        """Lets the API invoke the function. `source` follows the API's ARN."""
        self.emulator.client("lambda").add_permission(
            FunctionName=function.name,
            StatementId=uuid.uuid4().hex,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{self.id}/{source}",
            **({"Qualifier": qualifier} if qualifier else {}),
        )

    def call(self, path: str, method: str = "GET", **parts: Any) -> HttpAnswer:
        return call(self.url, path, method, **parts)

    def ask(self, path: str, method: str = "GET", **parts: Any) -> tuple[int, Any]:
        """Returns the status and the JSON of an answer."""
        answer = self.call(path, method, **parts)
        return answer.status, json.loads(answer.body)


def of_function(function: Function, version: str = "2.0", **settings: Any) -> dict[str, Any]:
    """Returns CreateIntegration's parameters for a function."""
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{function.name}",
        "PayloadFormatVersion": version,
        **settings,
    }


def of_server(url: str, **settings: Any) -> dict[str, Any]:
    """Returns CreateIntegration's parameters for an HTTP server."""
    return {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": url, **settings}
