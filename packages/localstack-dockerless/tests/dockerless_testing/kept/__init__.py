"""Checks that a restart keeps every service's resources, and that they work.

Each is a generator. It makes its resources, yields once, and then looks at them on the next LocalStack.

stores.py      S3, DynamoDB, Secrets Manager, Systems Manager, KMS, ECR
messages.py    SQS, SNS, SES, EventBridge
compute.py     Lambda, Step Functions, ECS, Application Auto Scaling
network.py     EC2, load balancers, HTTP APIs
monitoring.py  CloudWatch, Logs
identities.py  IAM, STS
databases.py   RDS
analytics.py   Glue, Athena
"""

from collections.abc import Callable, Iterator

from dockerless_testing.emulator import Emulator

type Kept = Callable[[Emulator], Iterator[None]]


def all_kept() -> dict[str, Kept]:
    """Returns the generators by name, in the order in which they make their resources."""
    from dockerless_testing.kept import (  # noqa: PLC0415 -- they import this module
        analytics,
        compute,
        databases,
        identities,
        messages,
        monitoring,
        network,
        stores,
    )

    modules = (stores, analytics, messages, monitoring, identities, network, databases, compute)
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": each
        for module in modules
        for name, each in vars(module).items()
        if getattr(each, "__module__", "") == module.__name__ and callable(each) and not name.startswith("_")
    }
