"""Names the settings of functions that are recorded and have no effect."""

from collections.abc import Iterator

from localstack_dockerless.recorded import Recorded


def _traced() -> Iterator[str]:
    from localstack.services.lambda_.invocation.models import lambda_stores  # noqa: PLC0415 -- a second to import

    for _, _, store in lambda_stores.iter_stores():
        for function in list(store.functions.values()):
            if function.latest().config.tracing_config_mode == "Active":
                yield function.latest().id.unqualified_arn()


RECORDED = [
    Recorded(
        "TracingConfig Mode=Active",
        "X-Ray gets a trace of each sampled invocation.",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
        _traced,
    ),
]
