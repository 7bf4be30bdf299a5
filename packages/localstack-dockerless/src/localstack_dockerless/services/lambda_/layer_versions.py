"""Lists layers, and has the policies of their versions.

https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from localstack.aws.api.lambda_ import ResourceNotFoundException
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.utils.collections import PaginatedList

_ACCOUNT = re.compile(r"\d{12}")


def list_layers(context: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Returns each layer with its latest version that fits the request. A layer without one is left out."""
    found = []
    for name, layer in dict(lambda_stores[context.account_id][context.region].layers).items():
        fitting = [version for version in layer.layer_versions.values() if _fits(version, request)]
        if fitting:
            latest = max(fitting, key=lambda version: version.version)
            found.append(
                {"LayerName": name, "LayerArn": layer.arn, "LatestMatchingVersion": api_utils.map_layer_out(latest)}
            )
    page, marker = PaginatedList(found).get_page(
        lambda item: item["LayerArn"], request.get("marker"), request.get("max_items")
    )
    return {"Layers": page, "NextMarker": marker}


def list_versions(layer: tuple[str, str, str], request: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the versions of a layer that fit the request. `layer` has its region, account and name."""
    region, account, name = layer
    kept = lambda_stores[account][region].layers.get(name)
    fitting = [version for version in kept.layer_versions.values() if _fits(version, request)] if kept else []
    shown = [api_utils.map_layer_out(each) for each in sorted(fitting, key=lambda each: each.version, reverse=True)]
    page, marker = PaginatedList(shown).get_page(
        lambda item: item["LayerVersionArn"], request.get("marker"), request.get("max_items")
    )
    return {"LayerVersions": page, "NextMarker": marker}


def with_principals(answer: Mapping[str, Any], organization: str | None) -> dict[str, Any]:
    """Returns AddLayerVersionPermission's answer with the principal as IAM writes it."""
    return {**answer, "Statement": json.dumps(_written(json.loads(answer["Statement"]), organization))}


def written_policy(answer: Mapping[str, Any], version: Any) -> dict[str, Any]:
    """Returns GetLayerVersionPolicy's answer with each statement as IAM writes it."""
    policy = json.loads(answer["Policy"])
    kept = version.policy.statements
    policy["Statement"] = [_written(each, kept[each["Sid"]].organization_id) for each in policy["Statement"]]
    return {**answer, "Policy": json.dumps(policy)}


def version_of(layer: tuple[str, str, str], number: int) -> Any:
    """Returns a version of a layer, or None. `layer` has its region, account and name."""
    region, account, name = layer
    kept = lambda_stores[account][region].layers.get(name)
    return kept and kept.layer_versions.get(str(number))


def require_policy(version: Any) -> None:
    """Requires that a version, if it exists, has a policy. Raises `ResourceNotFoundException`."""
    if version and version.policy is None:
        raise ResourceNotFoundException("No policy is associated with the given resource.", Type="User")


def forget_empty_policy(version: Any) -> None:
    """Removes a policy whose last statement is gone."""
    if not version.policy.statements:
        version.policy = None


def _written(statement: dict[str, Any], organization: str | None) -> dict[str, Any]:
    principal = statement["Principal"]
    if _ACCOUNT.fullmatch(principal):
        principal = f"arn:aws:iam::{principal}:root"
    written = {**statement, "Principal": principal if principal == "*" else {"AWS": principal}}
    if organization:
        written["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    return written


def _fits(version: Any, request: Mapping[str, Any]) -> bool:
    runtime, architecture = request.get("compatible_runtime"), request.get("compatible_architecture")
    return (not runtime or runtime in (version.compatible_runtimes or ())) and (
        not architecture or architecture in (version.compatible_architectures or ())
    )
