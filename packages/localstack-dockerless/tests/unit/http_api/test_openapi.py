"""An OpenAPI definition becomes routes, integrations and authorizers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

import json
from typing import Any

import pytest

from dockerless_testing.exchanges import FUNCTION
from localstack_dockerless.services.apigatewayv2.openapi import ImportedRoute, read_openapi
from localstack_dockerless.services.apigatewayv2.openapi_export import definition, without_extensions
from localstack_dockerless.services.apigatewayv2.rules import BadRequestError

URI = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
YAML = f"""
openapi: 3.0.1
info: {{title: pets, version: 1.0, description: d}}
x-amazon-apigateway-cors: {{allowOrigins: ["*"], maxAge: 60}}
security: [{{token: [read]}}]
paths:
  /pets/{{id}}:
    get:
      operationId: getPet
      x-amazon-apigateway-integration:
        type: AWS_PROXY
        httpMethod: POST
        uri: {URI}
        payloadFormatVersion: 2.0
        timeoutInMillis: 1000
    x-amazon-apigateway-any-method:
      security: []
      x-amazon-apigateway-integration: {{$ref: "#/components/x-amazon-apigateway-integrations/server"}}
  /$default:
    x-amazon-apigateway-any-method: {{isDefaultRoute: true, security: [{{key: []}}]}}
components:
  x-amazon-apigateway-integrations:
    server: {{type: http_proxy, httpMethod: ANY, uri: "http://127.0.0.1:3000/", payloadFormatVersion: "1.0"}}
  securitySchemes:
    other: {{type: http}}
    token:
      type: oauth2
      x-amazon-apigateway-authorizer:
        type: jwt
        identitySource: $request.header.Authorization
        jwtConfiguration: {{issuer: "http://127.0.0.1:9000", audience: [app]}}
    key:
      type: apiKey
      x-amazon-apigateway-authorizer:
        type: request
        authorizerUri: {URI}
        authorizerPayloadFormatVersion: 2.0
        enableSimpleResponses: true
        identitySource: "$request.header.a, $context.path"
"""


def test_a_definition_in_yaml() -> None:
    found = read_openapi(YAML)
    assert found.settings == {
        "Name": "pets",
        "Version": "1.0",
        "Description": "d",
        "CorsConfiguration": {"AllowOrigins": ["*"], "MaxAge": 60},
    }
    assert found.authorizers["token"] == {
        "Name": "token",
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Issuer": "http://127.0.0.1:9000", "Audience": ["app"]},
    }
    assert found.authorizers["key"] == {
        "Name": "key",
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": URI,
        "AuthorizerPayloadFormatVersion": "2.0",
        "EnableSimpleResponses": True,
        "IdentitySource": ["$request.header.a", "$context.path"],
    }
    function = {
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": URI,
        "PayloadFormatVersion": "2.0",
        "TimeoutInMillis": 1000,
    }
    server = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "ANY",
        "IntegrationUri": "http://127.0.0.1:3000/",
        "PayloadFormatVersion": "1.0",
    }
    assert found.routes == [
        ImportedRoute("GET /pets/{id}", function, "token", ["read"], "getPet"),
        ImportedRoute("ANY /pets/{id}", server, None, [], None),
        ImportedRoute("$default", None, "key", [], None),
    ]


def test_a_definition_in_json() -> None:
    found = read_openapi(json.dumps({"openapi": "3.0.3", "info": {"title": "t"}, "paths": {"/": {"get": {}}}}))
    assert found.routes == [ImportedRoute("GET /", None, None, [], None)]


def test_an_exported_api_is_imported_as_it_was() -> None:
    api: dict[str, Any] = {
        "Name": "pets",
        "Version": "2",
        "ApiEndpoint": "http://127.0.0.1",
        "CorsConfiguration": {"MaxAge": 60},
    }
    integrations: list[dict[str, Any]] = [
        {
            "IntegrationId": "i1",
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": FUNCTION,
            "IntegrationMethod": "POST",
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": 1000,
        }
    ]
    authorizers: list[dict[str, Any]] = [
        {
            "AuthorizerId": "a1",
            "AuthorizerType": "JWT",
            "Name": "token",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Issuer": "http://127.0.0.1:9000", "Audience": ["app"]},
        },
        {
            "AuthorizerId": "a2",
            "AuthorizerType": "REQUEST",
            "Name": "key",
            "AuthorizerUri": URI,
            "AuthorizerPayloadFormatVersion": "2.0",
            "IdentitySource": ["$request.header.a", "$context.path"],
        },
    ]
    routes: list[dict[str, Any]] = [
        {"RouteKey": "GET /pets", "Target": "integrations/i1", "AuthorizerId": "a1", "AuthorizationScopes": ["read"]},
        {"RouteKey": "ANY /pets", "AuthorizerId": "a2", "OperationName": "o"},
        {"RouteKey": "$default"},
    ]
    made = definition(api, routes, integrations, authorizers)
    found = read_openapi(json.dumps(made))
    assert found.settings == {"Name": "pets", "Version": "2", "CorsConfiguration": {"MaxAge": 60}}
    assert found.authorizers == {
        each["Name"]: {name: value for name, value in each.items() if name != "AuthorizerId"} for each in authorizers
    }
    integration = {name: value for name, value in integrations[0].items() if name != "IntegrationId"}
    assert found.routes == [
        ImportedRoute("GET /pets", integration, "token", ["read"], None),
        ImportedRoute("ANY /pets", None, "key", [], "o"),
        ImportedRoute("$default", None, None, [], None),
    ]
    assert "x-amazon" not in json.dumps(without_extensions(made["paths"]["/pets"]["get"]))


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("{", "parse"),
        ({"swagger": "2.0"}, "OpenAPI 3.0"),
        ({"openapi": "3.1.0"}, "OpenAPI 3.0"),
        (
            {"openapi": "3.0.1", "paths": {"/": {"get": {"security": [{"a": []}]}}}},
            "security scheme a of the route GET /",
        ),
        (
            {"openapi": "3.0.1", "paths": {"/": {"get": {"x-amazon-apigateway-integration": {"$ref": "#/x/y"}}}}},
            "#/x/y",
        ),
        (
            {
                "openapi": "3.0.1",
                "components": {"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {"type": "token"}}}},
            },
            "authorizer a of type token",
        ),
    ],
)
def test_what_cannot_be_imported_is_named(document: Any, named: str) -> None:
    with pytest.raises(BadRequestError, match=named):
        read_openapi(document if isinstance(document, str) else json.dumps(document))
