"""Publishes a version only of what has changed, and moves and describes aliases.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider_utils import get_function_version

_OF_EACH_UPDATE = {"internal_revision", "revision_id", "last_modified", "state", "last_update", "code"}
"""The fields that an update changes although the function stays the same. The code is compared by its hash."""


def keep_revision(function_name: str, region: str, account_id: str) -> None:
    """Gives `$LATEST` the revision of the last version, if both have the same code and settings.

    LocalStack compares these revisions to find out whether anything has changed.
    """
    function = lambda_stores[account_id][region].functions.get(function_name)
    if function is None:
        return
    latest, last = function.latest(), function.versions.get(str(function.next_version - 1))
    if last is not None and _content(latest.config) == _content(last.config):
        object.__setattr__(latest.config, "internal_revision", last.config.internal_revision)  # a frozen dataclass


def update_alias(original: Callable[..., Any], provider: Any, context: Any, changes: Mapping[str, Any]) -> Any:
    """Does UpdateAlias with `changes`, the request's members. LocalStack's own update takes no weights."""
    function_name, name = changes["function_name"], changes["name"]
    account, region = api_utils.get_account_and_region(function_name, context)
    function = lambda_stores[account][region].functions.get(api_utils.get_function_name(function_name, context))
    alias = function and function.aliases.get(name)
    if not alias:
        return original(provider, context, **changes)
    number = changes.get("function_version") or alias.function_version
    target = get_function_version(
        function_name=function.function_name, qualifier=number, account_id=account, region=region
    )
    weights = (changes.get("routing_config") or {}).get("AdditionalVersionWeights")
    if not weights:
        return original(provider, context, **changes)
    routing = provider._create_routing_config_model(weights, target)  # noqa: SLF001 -- it has the checks of CreateAlias
    original(provider, context, **{**changes, "routing_config": None})
    function.aliases[name] = dataclasses.replace(function.aliases[name], routing_configuration=routing)
    return api_utils.map_alias_out(alias=function.aliases[name], function=function)


def get_configuration(
    original: Callable[..., Any], provider: Any, context: Any, function_name: str, qualifier: str | None
) -> Any:
    """Does GetFunctionConfiguration. LocalStack's own knows no alias."""
    name, found = api_utils.get_name_and_qualifier(function_name, qualifier, context)
    account, region = api_utils.get_account_and_region(function_name, context)
    function = lambda_stores[account][region].functions.get(name)
    alias = function and function.aliases.get(found)
    if not alias:
        return original(provider, context=context, function_name=function_name, qualifier=qualifier)
    version = get_function_version(
        function_name=name, qualifier=alias.function_version, account_id=account, region=region
    )
    return api_utils.map_config_out(version, return_qualified_arn=True, alias_name=alias.name)


def _content(configuration: Any) -> dict[str, Any]:
    settings = {
        field.name: getattr(configuration, field.name)
        for field in dataclasses.fields(configuration)
        if field.name not in _OF_EACH_UPDATE
    }
    return settings | {"code": configuration.code and configuration.code.code_sha256}
