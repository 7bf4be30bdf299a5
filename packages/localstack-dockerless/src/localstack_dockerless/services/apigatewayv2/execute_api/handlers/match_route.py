"""Finds the route (see localstack_dockerless.services.apigatewayv2.execute_api.routes for the precedence)."""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError


def match_route(exchange: Exchange) -> None:
    """Set the route and its path parameters; 404 when no route matches."""
    deployment = exchange.api.deployments[exchange.matched_stage.name]
    match = deployment.table.match(exchange.request.method, exchange.path)
    if match is None:
        raise GatewayError(404, "Not Found", "NOT_FOUND")
    exchange.route = deployment.routes[match.key]
    exchange.path_parameters = match.path_parameters
