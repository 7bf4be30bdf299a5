"""Finds the API of an address: by a path, by the host name of the API, or by a custom domain name.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html: the API mapping with the longest
matching path serves the request. A wildcard domain name stands for one label.
"""

import re
from dataclasses import dataclass

from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, ApiMapping

BASE = "/_aws/execute-api/"

_IN_PATH = re.compile(re.escape(BASE) + r"([A-Za-z0-9]+)")
_IN_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.")


@dataclass(frozen=True)
class Located:
    """Holds the API at an address, the target below it, and the API mapping if the host is a custom domain name.

    `api` is None if the domain name maps the path to no API.
    """

    api: Api | None
    target: str
    mapping: ApiMapping | None = None


def locate(host: str, target: str) -> Located | None:
    """Returns the API for the Host header and the raw path with its query, or None if the address is of no API."""
    in_path = _IN_PATH.match(target)
    found = in_path or _IN_HOST.match(host)
    if found:
        api = moto_configuration.find(found[1])
        below = target[in_path.end() :] if in_path else target
        return Located(api, below) if api else None
    mappings = _mappings_of(host)
    return _mapped(mappings, target) if mappings is not None else None


def _mappings_of(host: str) -> tuple[ApiMapping, ...] | None:
    domains = moto_configuration.domains()
    if not domains:
        return None
    name = host.partition(":")[0].lower()
    return domains.get(name) or domains.get(f"*.{name.partition('.')[2]}", domains.get(name))


def _mapped(mappings: tuple[ApiMapping, ...], target: str) -> Located:
    path = target.partition("?")[0]
    for mapping in mappings:
        prefix = f"/{mapping.key}" if mapping.key else ""
        if path == prefix or path.startswith(f"{prefix}/"):
            return Located(moto_configuration.find(mapping.api_id), target[len(prefix) :], mapping)
    return Located(None, target)
