"""Finds the route. `routes.py` describes the precedence."""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError


def match_route(exchange: Exchange) -> None:
    """Sets the route and its path parameters. Raises 404 if no route matches."""
    deployment = exchange.api.deployments[exchange.matched_stage.name]
    match = deployment.table.match(exchange.request.method, exchange.path)
    if match is None:
        raise GatewayError(404, "Not Found", "NOT_FOUND")
    exchange.route = deployment.routes[match.key]
    exchange.path_parameters = match.path_parameters
