"""Names the settings of state machines that are recorded and have no effect."""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from localstack_dockerless.recorded import Recorded

STORES = "localstack.services.stepfunctions.backend.store"


def _machines(attribute: str, field: str, value: Any) -> Iterator[str]:
    """Yields the state machines whose setting has the value. Nobody made one before LocalStack imported the module."""
    if STORES in sys.modules:
        for _, _, store in sys.modules[STORES].sfn_stores.iter_stores():
            for arn, machine in list(store.state_machines.items()):
                if (getattr(machine, attribute, None) or {}).get(field) == value:
                    yield arn


RECORDED = [
    Recorded(
        "tracingConfiguration enabled=true",
        "X-Ray gets a trace of each sampled execution.",
        "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
        partial(_machines, "tracing_config", "enabled", value=True),
    ),
    Recorded(
        "encryptionConfiguration type=CUSTOMER_MANAGED_KMS_KEY",
        "The definition and the data of executions are encrypted with the key.",
        "https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html",
        partial(_machines, "encryption_config", "type", value="CUSTOMER_MANAGED_KMS_KEY"),
    ),
]
