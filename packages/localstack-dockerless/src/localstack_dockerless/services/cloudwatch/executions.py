"""Publishes Step Functions' metrics of executions, which LocalStack lacks.

Names and dimension: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
`execution` is LocalStack's `Execution` in each function.
"""

from typing import Any

from localstack_dockerless.services.cloudwatch.metrics import Metric, record

ENDED = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def count_start(execution: Any) -> None:
    _count(execution, "ExecutionsStarted")


def count_end(execution: Any) -> None:
    """Counts the execution's status and its duration."""
    _count(execution, ENDED[execution.exec_status])
    took = (execution.stop_date - execution.start_date).total_seconds() * 1000
    _count(execution, "ExecutionTime", took, "Milliseconds")


def _count(execution: Any, name: str, value: float = 1, unit: str = "Count") -> None:
    dimension = (("StateMachineArn", execution.state_machine_arn),)
    record(Metric(execution.account_id, execution.region_name, "AWS/States", name, dimension, unit), value)
