"""Counts the request in CloudWatch.

Names and dimensions: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
"""

from dataclasses import dataclass

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.ports import Count


@dataclass(frozen=True)
class CountRequest:
    """Is the step. It has the function that counts."""

    count: Count

    def __call__(self, exchange: Exchange) -> None:
        """Counts the request in each metric if it has a stage. A successful request adds 0 to `4xx` and `5xx`."""
        if exchange.stage is None or exchange.response is None:
            return
        hundreds = exchange.response.status // 100
        self.count(exchange, "Count", 1, "Count")
        self.count(exchange, "4xx", float(hundreds == 4), "Count")
        self.count(exchange, "5xx", float(hundreds == 5), "Count")
        self.count(exchange, "DataProcessed", exchange.request.body_size + len(exchange.response.body), "Bytes")
        if exchange.latency is not None:
            self.count(exchange, "Latency", exchange.latency, "Milliseconds")
        if exchange.integrated.latency is not None:
            self.count(exchange, "IntegrationLatency", exchange.integrated.latency, "Milliseconds")
