"""A version is published only of what has changed. An alias moves only to versions that exist, and can be described."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack publishes another version after an update with the same code and settings. UpdateAlias takes a "
    "version that does not exist, and fails with weights. GetFunctionConfiguration finds no alias.",
    source="https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)

# ruff: noqa: PLC0415 -- LocalStack's Lambda takes a while to import


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider._create_version_model")
def create_version_model(
    original: Any, self: Any, function_name: str, region: str, account_id: str, **more: Any
) -> Any:
    from localstack_dockerless.services.lambda_ import published

    published.keep_revision(function_name, region, account_id)
    return original(self, function_name=function_name, region=region, account_id=account_id, **more)


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.get_function_configuration")
def get_function_configuration(
    original: Any, self: Any, context: Any, function_name: str, qualifier: str | None = None, **_more: Any
) -> Any:
    from localstack_dockerless.services.lambda_ import published

    return published.get_configuration(original, self, context, function_name, qualifier)


@PATCH.wraps("localstack.services.lambda_.provider:LambdaProvider.update_alias")
def update_alias(original: Any, self: Any, context: Any, **changes: Any) -> Any:
    from localstack_dockerless.services.lambda_ import published

    return published.update_alias(original, self, context, changes)
