"""The ports that a state knows."""

from contextlib import suppress

from localstack import config

from localstack_dockerless.services.rds.postgres import NotPossibleError, server


def ports() -> dict[str, int]:
    """By their purpose: LocalStack's own, and that of the Postgres behind RDS where there is one."""
    found = {"gateway": config.GATEWAY_LISTEN[0].port}
    with suppress(NotPossibleError):
        found["postgres"] = server().port
    return found
