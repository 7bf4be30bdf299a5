"""Decides how many tasks a service should have when slots join or leave, within its scalable target's limits.

On AWS, Application Auto Scaling follows the metric of a scaling policy. Here nothing measures a metric. A user sets the
number of slots instead (such as with `docker compose up --scale`), and the desired count of a service with a policy
follows it. Without a policy only the range counts, as on AWS. A slot that crashed or was killed does not lower the
count, as a crashed task does not lower it on AWS: the slot is expected to come back.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScalableTarget:
    """Holds the bounds of RegisterScalableTarget for a service's desired count.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """

    least: int
    most: int
    follows: bool = False  # whether the service has a scaling policy
    out_suspended: bool = False
    in_suspended: bool = False


@dataclass
class PlaceChanges:
    """Counts the slots that joined or left since the desired count was last decided."""

    joined: bool = False
    left: int = 0
    limits: bool = False  # the scalable target was registered

    def __bool__(self) -> bool:
        return self.joined or self.left > 0 or self.limits


def desired_count(current: int, places: int, changes: PlaceChanges, target: ScalableTarget) -> int:
    """Returns the count after `changes`, with `places` left. A slot that left takes a task if none is idle."""
    wanted = current
    if target.follows:
        wanted = min(current, max(places, current - changes.left))
    if target.follows and changes.joined:
        wanted = max(wanted, places)
    wanted = min(max(wanted, target.least), target.most)
    suspended = target.out_suspended if wanted > current else target.in_suspended
    return current if suspended else wanted
