"""Custom domain names lead to the APIs that are mapped to them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
"""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.backends import Backend, as_json
from dockerless_testing.gateways import HttpAnswer, call
from dockerless_testing.http_apis import HttpApi, of_server


@pytest.fixture(scope="module")
def certificate(emulator: Any) -> Iterator[str]:
    acm = emulator.client("acm")
    arn = acm.request_certificate(DomainName="*.example.com", ValidationMethod="DNS")["CertificateArn"]
    yield arn
    acm.delete_certificate(CertificateArn=arn)


@pytest.fixture
def domain(emulator: Any, certificate: str) -> Iterator[str]:
    aws, name = emulator.client("apigatewayv2"), f"{uuid.uuid4().hex[:8]}.example.com"
    configuration = {"CertificateArn": certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    aws.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration], Tags={"t": "1"})
    yield name
    aws.delete_domain_name(DomainName=name)


@pytest.fixture
def api(emulator: Any, backend: Backend) -> Iterator[HttpApi]:
    backend.reply = as_json
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        api.route("GET /pets/{proxy+}", of_server(f"http://127.0.0.1:{backend.port}/{{proxy}}"))
        yield api


def ask(api: HttpApi, domain: str, path: str) -> HttpAnswer:
    return call(api.emulator.url, path, headers=[("Host", f"{domain}:4566")])


def test_a_domain_name_comes_back(emulator: Any, domain: str, certificate: str) -> None:
    aws = emulator.client("apigatewayv2")
    found = aws.get_domain_name(DomainName=domain)
    (configuration,) = found["DomainNameConfigurations"]
    assert configuration["ApiGatewayDomainName"].startswith("d-")
    assert configuration["ApiGatewayDomainName"].endswith(".execute-api.eu-central-1.amazonaws.com")
    assert (configuration["HostedZoneId"], configuration["DomainNameStatus"]) == ("Z1U9ULNL0V5AJ3", "AVAILABLE")
    assert (configuration["CertificateArn"], configuration["SecurityPolicy"]) == (certificate, "TLS_1_2")
    assert found["Tags"] == {"t": "1"}
    assert domain in [item["DomainName"] for item in aws.get_domain_names()["Items"]]
    arn = f"arn:aws:apigateway:eu-central-1::/domainnames/{domain}"
    aws.tag_resource(ResourceArn=arn, Tags={"u": "2"})
    assert aws.get_tags(ResourceArn=arn)["Tags"] == {"t": "1", "u": "2"}
    again = aws.update_domain_name(DomainName=domain, DomainNameConfigurations=[{"CertificateArn": certificate}])
    assert again["DomainNameConfigurations"] == [configuration]


def test_the_longest_mapping_leads_to_its_stage(api: HttpApi, domain: str, backend: Backend) -> None:
    api.aws.create_stage(ApiId=api.id, StageName="v2", AutoDeploy=True)
    mappings = [
        api.aws.create_api_mapping(ApiId=api.id, DomainName=domain, Stage=stage, **key)["ApiMappingId"]
        for stage, key in (("$default", {}), ("v2", {"ApiMappingKey": "shop/new"}))
    ]
    assert ask(api, domain, "/pets/a?x=1").status == 200
    assert backend.received[-1].path == "/a?x=1"
    assert ask(api, domain, "/shop/new/pets/b").status == 200
    assert ask(api, domain, "/shop/newest/pets/b").status == 404
    api.aws.update_api_mapping(ApiId=api.id, ApiMappingId=mappings[1], DomainName=domain, ApiMappingKey="other")
    assert ask(api, domain, "/shop/new/pets/b").status == 404
    assert ask(api, domain, "/other/pets/b").status == 200
    for mapping in mappings:
        api.aws.delete_api_mapping(ApiMappingId=mapping, DomainName=domain)
    refused = ask(api, domain, "/pets/a")
    assert (refused.status, refused.body) == (403, b'{"message":"Forbidden"}')


def test_a_domain_name_serves_an_api_whose_own_address_is_closed(api: HttpApi, domain: str) -> None:
    mapping = api.aws.create_api_mapping(ApiId=api.id, DomainName=domain, Stage="$default")
    api.aws.update_api(ApiId=api.id, DisableExecuteApiEndpoint=True)
    assert api.call("/pets/a").status == 404
    assert ask(api, domain, "/pets/a").status == 200
    api.aws.delete_api_mapping(ApiMappingId=mapping["ApiMappingId"], DomainName=domain)


def test_what_a_mapping_uses_is_not_deleted(api: HttpApi, domain: str) -> None:
    mapping = api.aws.create_api_mapping(ApiId=api.id, DomainName=domain, Stage="$default")["ApiMappingId"]
    assert api.aws.get_api_mapping(ApiMappingId=mapping, DomainName=domain)["Stage"] == "$default"
    assert len(api.aws.get_api_mappings(DomainName=domain)["Items"]) == 1
    with pytest.raises(ClientError, match="ConflictException"):
        api.aws.delete_stage(ApiId=api.id, StageName="$default")
    with pytest.raises(ClientError, match="ConflictException"):
        api.aws.delete_api(ApiId=api.id)
    with pytest.raises(ClientError, match="ConflictException"):
        api.aws.create_api_mapping(ApiId=api.id, DomainName=domain, Stage="$default")
    api.aws.delete_api_mapping(ApiMappingId=mapping, DomainName=domain)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DomainNameConfigurations": []}, "certificate ARN is required"),
        (
            {"DomainNameConfigurations": [{"CertificateArn": "arn:aws:acm:eu-central-1:0:certificate/x"}]},
            "certificate/x",
        ),
        ({"MutualTlsAuthentication": {"TruststoreUri": "s3://b/k"}}, "MutualTlsAuthentication"),
        ({"DomainName": "no_name"}, "no_name"),
    ],
)
def test_a_domain_name_that_cannot_be_served(
    emulator: Any, certificate: str, changes: dict[str, Any], named: str
) -> None:
    request = {"DomainName": "a.example.com", "DomainNameConfigurations": [{"CertificateArn": certificate}], **changes}
    with pytest.raises(ClientError, match=named):
        emulator.client("apigatewayv2").create_domain_name(**request)


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_domain_name", {}),
        ("delete_domain_name", {}),
        ("get_api_mappings", {}),
        ("get_api_mapping", {"ApiMappingId": "x"}),
        ("update_domain_name", {}),
    ],
)
def test_an_unknown_domain_name_is_404(emulator: Any, operation: str, request_: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        getattr(emulator.client("apigatewayv2"), operation)(DomainName="nosuch.example.com", **request_)


def test_an_unknown_stage_and_mapping_are_404(api: HttpApi, domain: str) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        api.aws.create_api_mapping(ApiId=api.id, DomainName=domain, Stage="nosuch")
    with pytest.raises(ClientError, match="NotFoundException"):
        api.aws.delete_api_mapping(ApiMappingId="nosuch", DomainName=domain)
