"""Publishes metrics that describe a state, such as the number of healthy targets, once a minute, as AWS does."""

import logging
import threading
from collections.abc import Callable

from localstack.runtime.events import infra_stopping

LOG = logging.getLogger(__name__)
SECONDS = 60


def publish_each_minute(publishers: dict[str, Callable[[], None]]) -> None:
    """Calls each publisher once a minute in one thread, until LocalStack stops. The keys are names for the log."""
    threading.Thread(target=_run, args=(publishers,), name="metrics-of-states", daemon=True).start()


def _run(publishers: dict[str, Callable[[], None]]) -> None:
    while not infra_stopping.wait(SECONDS):
        for name, publish in publishers.items():
            try:
                publish()
            except Exception:
                LOG.exception("The metrics of %s are missing for a minute", name)
