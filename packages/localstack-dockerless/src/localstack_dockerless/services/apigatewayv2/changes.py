"""Has the steps that all operations on an HTTP API share: the check before a change, and the deployment after it."""

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, apigatewayv2_backends

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.stages import StageOperations

Request = dict[str, Any]


def backend_of(context: RequestContext) -> ApiGatewayV2Backend:
    """Returns moto's backend of the caller's account and region."""
    return apigatewayv2_backends[context.account_id][context.region]


def api_of(context: RequestContext, request: Request) -> Api:
    """Returns the API that the request names."""
    return backend_of(context).get_api(request["ApiId"])


def checked(check: Callable[..., Any], *arguments: Any) -> Any:
    """Returns the result of `check`. Its `BadRequestError` becomes the service's error."""
    try:
        return check(*arguments)
    except rules.BadRequestError as error:
        raise CommonServiceException("BadRequestException", str(error), status_code=400) from error


def after_change(context: RequestContext, api_id: str | None) -> None:
    """Deploys a changed API to its stages with automatic deployment, and makes the data plane read it again."""
    api = backend_of(context).apis.get(api_id or "")
    if api is not None:
        for stage in api.stages.values():
            if stage.auto_deploy:
                StageOperations.auto_deploy(api, stage)
    moto_configuration.changed()
