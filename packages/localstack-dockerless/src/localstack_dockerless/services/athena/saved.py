"""Ends the running queries of a loaded state. LocalStack's end interrupted them, so they are FAILED."""

from localstack_dockerless.services.athena.failures import SYSTEM, QueryFailedError
from localstack_dockerless.services.athena.store import FAILED, athena_stores, now
from localstack_dockerless.state.registries import keep

CAUSE = QueryFailedError("GENERIC_INTERNAL_ERROR", "LocalStack ended while this query was under way.", SYSTEM)


def _fail_interrupted(_saved: None) -> None:
    for _, _, store in athena_stores.iter_stores():
        for execution in store.executions.values():
            if not execution.ended:
                execution.state, execution.reason, execution.completed = FAILED, str(CAUSE), now()
                execution.error = CAUSE.as_athena()


keep("athena", "interrupted queries", lambda: None, _fail_interrupted)
