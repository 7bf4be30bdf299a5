"""What the console needs from outside. The program makes it of the shell, and tests make it of fakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

OUTPUTS = (
    *("enriched_bucket", "exported_bucket", "alarms_table", "customers_table", "alarm_queue_url"),
    *("alarm_dead_letter_queue_url", "undelivered_events_queue_url", "state_machine_arn", "time_zone"),
    *("ecs_cluster", "ecs_service", "monitoring_alarms", "log_groups", "api_url"),
)
"""The outputs of Terraform that the pages use. A page may use others, if it can do without them."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Needs:
    """Everything that the console takes from its surroundings."""

    outputs: Mapping[str, Any]
    """Terraform's outputs by name."""
    client: Callable[[str], Any]
    """Returns the boto3 client of a service. The same service gives the same client."""
    folder: Path
    """A folder for the parts of publications. Only this user can read it."""
    token: str
    """Who has it may use the console."""
    port: int
    """The port on 127.0.0.1."""
    person: str
    """Who acts: the name that alarms record."""
    stack: str = ""
    """The name of the local stack. It is empty on AWS."""
    now: Callable[[], datetime] = field(default=_now)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the pipeline's days."""
        return ZoneInfo(str(self.outputs["time_zone"]))
