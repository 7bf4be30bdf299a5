"""Provides custom domain names and their API mappings.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html (mapping keys)
An HTTP API takes a Regional endpoint with TLS 1.2 only. The data plane serves a domain name on the edge port to every
request with that name in its Host header, without TLS.
"""

import random
import re
import string
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.acm.models import acm_backends
from moto.apigatewayv2.models import ApiGatewayV2Backend, ApiMapping, DomainName, apigatewayv2_backends

from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.existence import not_found
from localstack_dockerless.services.apigatewayv2.hosted_zones import HOSTED_ZONES

Request = dict[str, Any]

_NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_MAPPING_KEY = re.compile(r"[A-Za-z0-9$\-_.+!*'()]+(/[A-Za-z0-9$\-_.+!*'()]+)*")
_LETTERS = string.ascii_lowercase + string.digits


class DomainOperations:
    """Has the operations on domain names and API mappings."""

    @handler("CreateDomainName", expand=False)
    def create_domain_name(self, context: RequestContext, request: Request) -> Any:
        backend, name = _backend(context), request["DomainName"]
        if not _NAME.fullmatch(name):
            raise _bad_request(f"Invalid domain name identifier specified {name}")
        if name in backend.domain_names:
            raise _conflict("The domain name you provided already exists.")
        configuration = _configuration(context, request, {})
        made = DomainName(name, [configuration], {}, {}, backend)
        backend.tag_resource(made.domain_name_arn, request.get("Tags") or {})
        backend.domain_names[name] = made
        moto_configuration.changed()
        return _domain_shape(backend, made)

    @handler("UpdateDomainName", expand=False)
    def update_domain_name(self, context: RequestContext, request: Request) -> Any:
        backend = _backend(context)
        domain = backend.domain_names[request["DomainName"]]
        domain.domain_name_configurations = [_configuration(context, request, domain.domain_name_configurations[0])]
        return _domain_shape(backend, domain)

    @handler("GetDomainName", expand=False)
    def get_domain_name(self, context: RequestContext, request: Request) -> Any:
        backend = _backend(context)
        return _domain_shape(backend, backend.domain_names[request["DomainName"]])

    @handler("GetDomainNames", expand=False)
    def get_domain_names(self, context: RequestContext, _request: Request) -> Any:
        backend = _backend(context)
        return {"Items": [_domain_shape(backend, domain) for domain in backend.domain_names.values()]}

    @handler("DeleteDomainName", expand=False)
    def delete_domain_name(self, context: RequestContext, request: Request) -> None:
        backend, name = _backend(context), request["DomainName"]
        for mapping in _mappings(backend, name):
            del backend.api_mappings[mapping.api_mapping_id]
        del backend.domain_names[name]
        moto_configuration.changed()

    @handler("CreateApiMapping", expand=False)
    def create_api_mapping(self, context: RequestContext, request: Request) -> Any:
        backend, key = _backend(context), request.get("ApiMappingKey") or ""
        _check_mapping(backend, request, key, None)
        made = ApiMapping(request["ApiId"], key, _identifier(6), request["DomainName"], request["Stage"])
        backend.api_mappings[made.api_mapping_id] = made
        moto_configuration.changed()
        return _mapping_shape(made)

    @handler("UpdateApiMapping", expand=False)
    def update_api_mapping(self, context: RequestContext, request: Request) -> Any:
        backend = _backend(context)
        mapping = backend.api_mappings[request["ApiMappingId"]]
        after = {**_mapping_shape(mapping), **request}
        _check_mapping(backend, after, after.get("ApiMappingKey") or "", mapping.api_mapping_id)
        mapping.api_id, mapping.stage = after["ApiId"], after["Stage"]
        mapping.api_mapping_key = after.get("ApiMappingKey") or ""
        moto_configuration.changed()
        return _mapping_shape(mapping)

    @handler("GetApiMapping", expand=False)
    def get_api_mapping(self, context: RequestContext, request: Request) -> Any:
        return _mapping_shape(_backend(context).api_mappings[request["ApiMappingId"]])

    @handler("GetApiMappings", expand=False)
    def get_api_mappings(self, context: RequestContext, request: Request) -> Any:
        return {"Items": [_mapping_shape(mapping) for mapping in _mappings(_backend(context), request["DomainName"])]}

    @handler("DeleteApiMapping", expand=False)
    def delete_api_mapping(self, context: RequestContext, request: Request) -> None:
        del _backend(context).api_mappings[request["ApiMappingId"]]
        moto_configuration.changed()


def refuse_mapped(backend: ApiGatewayV2Backend, api_id: str, stage: str | None = None) -> None:
    """Raises 409 if an API mapping uses the API, or its stage if one is given."""
    for mapping in backend.api_mappings.values():
        if mapping.api_id == api_id and stage in (None, mapping.stage):
            raise _conflict(f"Remove the API mappings of the domain name {mapping.domain_name} first")


def _backend(context: RequestContext) -> ApiGatewayV2Backend:
    return apigatewayv2_backends[context.account_id][context.region]


def _mappings(backend: ApiGatewayV2Backend, name: str) -> list[ApiMapping]:
    return [mapping for mapping in list(backend.api_mappings.values()) if mapping.domain_name == name]


def _bad_request(message: str) -> CommonServiceException:
    return CommonServiceException("BadRequestException", message, status_code=400)


def _conflict(message: str) -> CommonServiceException:
    return CommonServiceException("ConflictException", message, status_code=409)


def _identifier(length: int) -> str:
    return "".join(random.choices(_LETTERS, k=length))  # noqa: S311 -- a name


def _configuration(context: RequestContext, request: Request, before: dict[str, Any]) -> dict[str, Any]:
    """Returns the only configuration of a domain name, with the settings of `request` over those `before`."""
    if request.get("MutualTlsAuthentication"):
        raise _bad_request("The emulator does not support MutualTlsAuthentication of domain names")
    if request.get("RoutingMode", "API_MAPPING_ONLY") != "API_MAPPING_ONLY":
        raise _bad_request(f"The emulator does not support RoutingMode {request['RoutingMode']} of domain names")
    given = (request.get("DomainNameConfigurations") or [{}])[0]
    wanted = {"EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2", "IpAddressType": "ipv4", **before, **given}
    for setting, only in (("EndpointType", "REGIONAL"), ("SecurityPolicy", "TLS_1_2"), ("IpAddressType", "ipv4")):
        if wanted[setting] != only:
            raise _bad_request(
                f"The emulator does not support {setting} {wanted[setting]} of domain names, only {only}"
            )
    _require_certificate(context, wanted.get("CertificateArn"))
    return {
        **wanted,
        "ApiGatewayDomainName": before.get("ApiGatewayDomainName")
        or f"d-{_identifier(10)}.execute-api.{context.region}.amazonaws.com",
        "DomainNameStatus": "AVAILABLE",
        "HostedZoneId": HOSTED_ZONES.get(context.region, ""),
    }


def _require_certificate(context: RequestContext, arn: str | None) -> None:
    if not arn:
        raise _bad_request("A certificate ARN is required for a Regional domain name")
    if arn not in acm_backends[context.account_id][context.region]._certificates:  # noqa: SLF001 -- no public access
        raise _bad_request(f"The provided certificate does not exist: {arn}")


def _check_mapping(backend: ApiGatewayV2Backend, request: Request, key: str, own: str | None) -> None:
    if key and not _MAPPING_KEY.fullmatch(key):
        raise _bad_request(
            "API mapping key should not start or end with a '/', have consecutive '/'s, or other characters than "
            f"letters, digits and $-_.+!*'(): {key}"
        )
    if request["Stage"] not in backend.apis[request["ApiId"]].stages:
        raise not_found("Stage", request["Stage"])
    for mapping in _mappings(backend, request["DomainName"]):
        if mapping.api_mapping_key == key and mapping.api_mapping_id != own:
            raise _conflict(f"ApiMapping key {key or '(none)'} already exists for this domain name")


def _domain_shape(backend: ApiGatewayV2Backend, domain: DomainName) -> dict[str, Any]:
    return {
        "ApiMappingSelectionExpression": domain.api_mapping_selection_expression,
        "DomainName": domain.domain_name,
        "DomainNameArn": domain.domain_name_arn,
        "DomainNameConfigurations": domain.domain_name_configurations,
        "RoutingMode": "API_MAPPING_ONLY",
        "Tags": backend.get_tags(domain.domain_name_arn),
    }


def _mapping_shape(mapping: ApiMapping) -> dict[str, Any]:
    return {
        "ApiId": mapping.api_id,
        "ApiMappingId": mapping.api_mapping_id,
        "ApiMappingKey": mapping.api_mapping_key,
        "DomainName": mapping.domain_name,
        "Stage": mapping.stage,
    }
