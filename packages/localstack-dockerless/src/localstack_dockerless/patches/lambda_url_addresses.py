"""A function URL is an address that is reached without DNS."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.lambda_ import function_urls

PATCH = Patch(
    why="LocalStack gives a host name that resolves nowhere without the internet.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html",
    only_if=FUNCTIONS_ARE_PROCESSES,
)


@PATCH.wraps("localstack.services.lambda_.api_utils:map_function_url_config")
def map_function_url_config(original: Any, model: Any) -> Any:
    return {**original(model), "FunctionUrl": function_urls.address_of(model.url_id)}
