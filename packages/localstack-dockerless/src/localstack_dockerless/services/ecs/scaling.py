"""How many tasks a service should have when places for tasks join or leave, within its scalable target's limits.

On AWS, Application Auto Scaling follows a metric where a scaling policy names one. Here nothing measures one: the
number of places is what a user turns (`docker compose up --scale ingestion=4`), and the desired count of a service that
has a policy follows it. Without a policy the range alone counts, as on AWS. A place that crashed or was killed lowers
nothing, as a task that crashed lowers nothing on AWS: it is expected back.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScalableTarget:
    """What RegisterScalableTarget was told of a service's desired count.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """

    least: int
    most: int
    follows: bool = False  # whether a scaling policy asks for more than the range
    out_suspended: bool = False
    in_suspended: bool = False


@dataclass
class PlaceChanges:
    """What happened to a service's places since its desired count was last looked at."""

    joined: bool = False
    left: int = 0
    limits: bool = False  # the scalable target was registered, again or anew

    def __bool__(self) -> bool:
        return self.joined or self.left > 0 or self.limits


def desired_count(current: int, places: int, changes: PlaceChanges, target: ScalableTarget) -> int:
    """The count after `changes`, of which `places` are left: each one that left takes a task where none is idle."""
    wanted = current
    if target.follows:
        wanted = min(current, max(places, current - changes.left))
    if target.follows and changes.joined:
        wanted = max(wanted, places)
    wanted = min(max(wanted, target.least), target.most)
    suspended = target.out_suspended if wanted > current else target.in_suspended
    return current if suspended else wanted
