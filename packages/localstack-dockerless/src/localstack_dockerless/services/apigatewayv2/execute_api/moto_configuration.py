"""Reads HTTP APIs from moto's model into the data plane's plain values, and caches them until a change."""

import re
import threading
from collections.abc import Mapping
from typing import Any

from moto.apigatewayv2.models import Api as MotoApi
from moto.apigatewayv2.models import ApiGatewayV2Backend, apigatewayv2_backends
from moto.apigatewayv2.models import Stage as MotoStage

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import (
    AccessLog,
    Api,
    ApiMapping,
    Authorizer,
    Cors,
    Deployment,
    Integration,
    JwtAuthorizer,
    Kind,
    Route,
    Stage,
    Throttling,
)
from localstack_dockerless.services.apigatewayv2.execute_api.routes import RouteTable

_FUNCTION = re.compile(r"functions/(arn:aws[^:]*:lambda:.+)/invocations")

_lock = threading.Lock()
_generation = 0
_read: dict[str, tuple[int, Api]] = {}
_domains: tuple[int, dict[str, tuple[ApiMapping, ...]]] = (-1, {})
_deployed: dict[tuple[str, str], Deployment] = {}


def changed() -> None:
    """Clears the cache after a change of the control plane."""
    global _generation  # noqa: PLW0603 -- one process, one control plane
    with _lock:
        _generation += 1


def deploy(api: MotoApi, deployment_id: str) -> None:
    """Keeps the present routes as `deployment_id`, for stages without automatic deployment."""
    _deployed[api.api_id, deployment_id] = _deployment(api)


def forget_deployment(api_id: str, deployment_id: str) -> None:
    """Removes a deleted deployment."""
    _deployed.pop((api_id, deployment_id), None)


def deployed() -> dict[tuple[str, str], Deployment]:
    """Returns the routes of the manual deployments, for the saved state."""
    return dict(_deployed)


def set_deployed(saved: dict[tuple[str, str], Deployment]) -> None:
    """Sets the manual deployments of a saved state. Everything else is read from moto's model."""
    _deployed.clear()
    _deployed.update(saved)
    changed()


def find(api_id: str) -> Api | None:
    """Returns the present HTTP API `api_id`, or None."""
    generation, kept = _read.get(api_id, (-1, None))
    if kept is not None and generation == _generation:
        return kept
    generation = _generation
    for account, region, backend in _backends():
        if api_id in backend.apis:
            api = _api(backend.apis[api_id], account, region, backend)
            _read[api_id] = generation, api
            return api
    _read.pop(api_id, None)
    return None


def domains() -> dict[str, tuple[ApiMapping, ...]]:
    """Returns the API mappings of each custom domain name, the longest key first."""
    global _domains  # noqa: PLW0603 -- one process, one control plane
    generation = _generation
    if _domains[0] != generation:
        _domains = generation, _read_domains()
    return _domains[1]


def _read_domains() -> dict[str, tuple[ApiMapping, ...]]:
    found: dict[str, tuple[ApiMapping, ...]] = {}
    for _, _, backend in _backends():
        for name in list(backend.domain_names):
            mappings = [
                ApiMapping(mapping.api_mapping_key, mapping.api_id, mapping.stage)
                for mapping in list(backend.api_mappings.values())
                if mapping.domain_name == name
            ]
            found[name.lower()] = tuple(sorted(mappings, key=lambda mapping: -len(mapping.key)))
    return found


def _backends() -> list[tuple[str, str, ApiGatewayV2Backend]]:
    return [
        (account, region, backend)
        for account, regions in list(apigatewayv2_backends.items())
        for region, backend in list(regions.items())
    ]


def _api(api: MotoApi, account: str, region: str, backend: ApiGatewayV2Backend) -> Api:
    stages = {name: _stage(stage) for name, stage in list(api.stages.items())}
    now = _deployment(api)
    deployments = {}
    for name in stages:
        stage = api.stages[name]
        kept = _deployed.get((api.api_id, stage.config.get("deploymentId", "")))
        if stage.auto_deploy or kept:
            deployments[name] = now if stage.auto_deploy else kept
    return Api(
        id=api.api_id,
        account=account,
        region=region,
        stages=stages,
        deployments={name: deployment for name, deployment in deployments.items() if deployment},
        vpc_links=frozenset(backend.vpc_links),
        cors=_cors(api.cors_configuration) if api.cors_configuration else None,
        own_address=not api.disable_execute_api_endpoint,
    )


def _cors(configuration: Mapping[str, Any]) -> Cors:
    return Cors(
        allow_origins=tuple(configuration.get("allowOrigins") or ()),
        allow_methods=tuple(configuration.get("allowMethods") or ()),
        allow_headers=tuple(configuration.get("allowHeaders") or ()),
        expose_headers=tuple(configuration.get("exposeHeaders") or ()),
        max_age=configuration.get("maxAge"),
        allow_credentials=bool(configuration.get("allowCredentials")),
    )


def _deployment(api: MotoApi) -> Deployment:
    integrations = {key: _integration(integration) for key, integration in list(api.integrations.items())}
    authorizers = {key: _authorizer(authorizer) for key, authorizer in list(api.authorizers.items())}
    routes = {}
    for route in list(api.routes.values()):
        authorizer = None
        if route.authorization_type in ("CUSTOM", "JWT"):
            authorizer = authorizers.get(route.authorizer_id) or _missing(str(route.authorizer_id))
        target = (route.target or "").removeprefix("integrations/")
        scopes = tuple(route.authorization_scopes or ())
        routes[route.route_key] = Route(route.route_key, authorizer, integrations.get(target), scopes)
    return Deployment(RouteTable(routes), routes)


def _missing(authorizer_id: str) -> Authorizer:
    """Returns a substitute for a deleted authorizer of a route, so that the route does not become public."""
    return Authorizer(authorizer_id, "", "2.0", simple_responses=True, identity_sources=(), ttl=0, credentials_arn=None)


def _authorizer(authorizer: Any) -> Authorizer | JwtAuthorizer:
    sources = tuple(authorizer.identity_source or ())
    if authorizer.authorizer_type == "JWT":
        settings = authorizer.jwt_config or {}
        return JwtAuthorizer(authorizer.id, settings["issuer"], tuple(settings.get("audience") or ()), sources)
    return Authorizer(
        id=authorizer.id,
        function_arn=_function_arn(authorizer.authorizer_uri or ""),
        payload_version=authorizer.auth_payload_format_version,
        simple_responses=bool(authorizer.enable_simple_response),
        identity_sources=sources,
        ttl=int(authorizer.auth_result_ttl or 0),
        credentials_arn=authorizer.auth_creds_arn or None,
    )


def _function_arn(uri: str) -> str:
    """Returns the function's ARN of an invocation URI, and an ARN as it is."""
    found = _FUNCTION.search(uri)
    return found[1] if found else uri


def _integration(integration: Any) -> Integration:
    kind = _kind(integration)
    uri = integration.integration_uri or ""
    return Integration(
        id=integration.id,
        uri=_function_arn(uri) if kind is Kind.FUNCTION else uri,
        method=integration.integration_method or "ANY",
        timeout=integration.timeout_in_millis / 1000,
        connection_id=integration.connection_id,
        request_parameters=dict(integration.request_parameters or {}),
        response_parameters={key: dict(value) for key, value in (integration.response_parameters or {}).items()},
        kind=kind,
        payload_version=integration.payload_format_version or "1.0",
        subtype=integration.integration_subtype,
        credentials_arn=integration.credentials_arn or None,
    )


def _kind(integration: Any) -> Kind:
    if integration.integration_type == "AWS_PROXY":
        return Kind.ACTION if integration.integration_subtype else Kind.FUNCTION
    return Kind.LISTENER if integration.connection_type == "VPC_LINK" else Kind.URL


def _stage(stage: MotoStage) -> Stage:
    settings = {None: stage.default_route_settings, **stage.route_settings}
    throttling = {key: limits for key, value in settings.items() if (limits := _throttling(value or {}))}
    log = stage.access_log_settings or {}
    access_log = AccessLog(log["destinationArn"], log["format"]) if log.get("destinationArn") else None
    return Stage(stage.name, dict(stage.stage_variables or {}), throttling, access_log)


def _throttling(settings: Mapping[str, Any]) -> Throttling | None:
    rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
    if rate is None and burst is None:
        return None
    default = Throttling()
    return Throttling(
        rate=default.rate if rate is None else float(rate), burst=default.burst if burst is None else int(burst)
    )
