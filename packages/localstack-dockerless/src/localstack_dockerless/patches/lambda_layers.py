"""Layers are listed with the versions that fit, and the policies of their versions are as IAM writes them."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack ignores the filters of ListLayers and ListLayerVersions, and fails at a layer without a version. "
    "RemoveLayerVersionPermission fails where no permission was added, and leaves an empty policy.",
    source="https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)

# ruff: noqa: PLC0415 -- LocalStack's Lambda takes a while to import


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.list_layers")
def list_layers(original: Any, self: Any, context: Any, **request: Any) -> Any:
    from localstack.services.lambda_ import api_utils

    from localstack_dockerless.services.lambda_ import layer_versions

    if api_utils.validate_layer_architecture(request.get("compatible_architecture")) or (
        api_utils.validate_layer_runtime(request.get("compatible_runtime"))
    ):
        return original(self, context, **request)  # refuses it
    return layer_versions.list_layers(context, request)


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.list_layer_versions")
def list_layer_versions(original: Any, self: Any, context: Any, layer_name: str, **request: Any) -> Any:
    from localstack_dockerless.services.lambda_ import layer_versions

    original(self, context, layer_name, **request)  # refuses faults
    return layer_versions.list_versions(self._resolve_layer(layer_name, context)[:3], request)


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.add_layer_version_permission")
def add_layer_version_permission(original: Any, self: Any, context: Any, **request: Any) -> Any:
    from localstack_dockerless.services.lambda_ import layer_versions

    return layer_versions.with_principals(original(self, context, **request), request.get("organization_id"))


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.remove_layer_version_permission")
def remove_layer_version_permission(
    original: Any, self: Any, context: Any, layer_name: str, version_number: int, **request: Any
) -> None:
    from localstack_dockerless.services.lambda_ import layer_versions

    version = layer_versions.version_of(self._resolve_layer(layer_name, context)[:3], version_number)
    layer_versions.require_policy(version)
    original(self, context, layer_name=layer_name, version_number=version_number, **request)
    layer_versions.forget_empty_policy(version)


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.get_layer_version_policy")
def get_layer_version_policy(
    original: Any, self: Any, context: Any, layer_name: str, version_number: int, **request: Any
) -> Any:
    from localstack_dockerless.services.lambda_ import layer_versions

    answer = original(self, context, layer_name=layer_name, version_number=version_number, **request)
    version = layer_versions.version_of(self._resolve_layer(layer_name, context)[:3], version_number)
    return layer_versions.written_policy(answer, version)
