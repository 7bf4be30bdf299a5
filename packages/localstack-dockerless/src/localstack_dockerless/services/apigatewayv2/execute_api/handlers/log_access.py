"""Gives the request's access log line to the writer, which works in the background.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
"""

from dataclasses import dataclass

from localstack_dockerless.services.apigatewayv2.execute_api.access_log import render
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import context_value
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.ports import Write


@dataclass(frozen=True)
class LogAccess:
    """Is the step. It has the function that writes lines."""

    write: Write

    def __call__(self, exchange: Exchange) -> None:
        """Writes the line, if the stage has an access log."""
        stage = exchange.stage
        if stage is None or stage.access_log is None:
            return
        line = render(stage.access_log.format, lambda name: context_value(exchange, name))
        stream = f"{exchange.api.id}-{stage.name.removeprefix('$')}"
        self.write(stage.access_log.destination_arn, stream, int(exchange.started_at * 1000), line)
