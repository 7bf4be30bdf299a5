"""Finds the stage: a named stage is the path's first segment, `$default` serves the API's root.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
An API mapping of a custom domain name names its stage, so that no part of the path does.
"""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError


def find_stage(exchange: Exchange) -> None:
    """Sets the stage and the path below it. Raises 404 if there is no stage, or no deployment of it."""
    if exchange.mapping is not None:
        exchange.stage = exchange.api.stages.get(exchange.mapping.stage)
        exchange.path = exchange.request.path
    elif exchange.api.own_address:
        _by_path(exchange)
    if exchange.stage is None or exchange.stage.name not in exchange.api.deployments:
        raise GatewayError(404, "Not Found", "NOT_FOUND")


def _by_path(exchange: Exchange) -> None:
    first, slash, rest = exchange.request.path.removeprefix("/").partition("/")
    stage = exchange.api.stages.get(first) if first != "$default" else None
    if stage is not None:
        exchange.path = f"/{rest}" if slash else "/"
    else:
        stage = exchange.api.stages.get("$default")
        exchange.path = exchange.request.path
    exchange.stage = stage
