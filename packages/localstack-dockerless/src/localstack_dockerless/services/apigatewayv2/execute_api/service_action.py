"""Calls an action of an AWS service for a request: the integrations with a subtype.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
The gateway acts as the integration's role (`CredentialsArn`). The client gets the service's own answer: JSON, and XML
from SQS, which HTTP APIs call with its query protocol. Parameters that cannot be mapped are a 400.
"""

import json
import re
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from localstack_dockerless.iam.role_clients import AssumeRoleError, RoleClients
from localstack_dockerless.services.apigatewayv2.execute_api.actions import ACTIONS, Action, parameters_of
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.ports import IntegrationFailedError
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve

_SESSION = "BackplaneAssumeRoleSession"
_JSON = {"events": "application/x-amz-json-1.1", "stepfunctions": "application/x-amz-json-1.0"}

_clients = RoleClients("apigateway")


def send(exchange: Exchange, _outgoing: Outgoing, _timeout: float) -> Response:
    """Returns the service's response (see `ports.Send`)."""
    integration = exchange.integration
    action = ACTIONS[integration.subtype or ""]
    values = {name: _value(exchange, text) for name, text in integration.request_parameters.items()}
    try:
        parameters = parameters_of(action, values)
        region = values.get("Region") or exchange.api.region
        client = _clients.client(action.service, integration.credentials_arn or "", _SESSION, region)
        answer = getattr(client, xform_name(action.operation))(**parameters)
    except (ValueError, ParamValidationError) as error:
        exchange.integrated.error = str(error)
        raise GatewayError(400, "Bad Request", "INTEGRATION_FAILURE", str(error)) from error
    except AssumeRoleError as error:
        raise IntegrationFailedError(f"API Gateway cannot assume the integration's role: {error}") from error
    except ClientError as error:
        return _refused(error)
    return _answered(action, answer)


def _value(exchange: Exchange, text: str) -> str | None:
    if re.fullmatch(r"\$\{?request\.body\}?", text):
        return exchange.request.body.decode(errors="replace")
    return resolve(exchange, text)


def _answered(action: Action, answer: dict[str, Any]) -> Response:
    members = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    if action.service == "sqs":
        return _response(200, "text/xml", _as_xml(members, answer["ResponseMetadata"]["RequestId"]))
    return _response(200, _JSON[action.service], json.dumps(members, default=_seconds))


def _as_xml(members: dict[str, Any], request_id: str) -> str:
    inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in members.items())
    return (
        '<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
        f"<SendMessageResult>{inner}</SendMessageResult>"
        f"<ResponseMetadata><RequestId>{escape(request_id)}</RequestId></ResponseMetadata></SendMessageResponse>"
    )


def _refused(error: ClientError) -> Response:
    answer = error.response
    status = int(answer["ResponseMetadata"]["HTTPStatusCode"])
    body = {"__type": answer["Error"]["Code"], "message": answer["Error"]["Message"]}
    return _response(status, "application/json", json.dumps(body))


def _response(status: int, content_type: str, text: str) -> Response:
    body = text.encode()
    return Response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))], body)


def _seconds(value: Any) -> float:
    """Returns a time as the services' JSON has it: seconds since 1970."""
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{value!r} has no form in JSON")
