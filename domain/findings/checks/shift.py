"""SHF finds a day that is the profile of the like days, shifted by whole intervals.

A sender that stamps the ends of intervals as starts shifts by one interval. A mistake of the zone shifts by an hour.
The check needs a profile that repeats: it compares the day's distance to the profile with the distances of the like
days. The consumption's first harmonic over the day shows the shift as an angle, which the pre-filter reads.

Fires: a shop opens at 8:00 on all working days, and its day looks as if it opened at 9:00.
Does not fire: a household cooks an hour later than usual. Its days differ from each other more than by an hour.
"""

from collections.abc import Sequence
from math import atan2, cos, pi, sin

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import LATEST_LIKE_DAYS, Check, Details, Evidence, ReportedDay
from domain.findings.measures import LIKE_MEAN, of_latest_like_days
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("most_minutes", "minutes", "a shift is at most this long", 120.0),
    Parameter("least_minutes", "minutes", "the first harmonic has moved by at least this against each like day", 7.5),
    Parameter("apart_factor", "times", "it has moved by at least so many times what the like days differ", 1.5),
    Parameter("left_percent", "%", "the shift leaves at most this share of the squared distance to the profile", 60.0),
    Parameter("noise_percent", "%", "the like days' own squared distances are below this share of the profile's", 25.0),
    Parameter("excess_percent", "%", "the day's distance is above this share of the like days' own", 200.0),
    Parameter("ripple_percent", "%", "the profile's distance to itself falls by at most this", 10.0),
)

PHASES = {"phase_cos": "sum(kwh * cos(phase))", "phase_sin": "sum(kwh * sin(phase))"}
_LIKE_PHASES = of_latest_like_days("atan2(phase_sin, phase_cos)")


def judge(_customer: Customer, day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `minutes` (above 0 where the day is late), `left_percent` and `excess_percent`."""
    consumption = _scaled([reading.kwh for reading in reported.values])
    likes = [_scaled(like.values) for like in reported.like_days]
    if not _is_comparable(reported, likes) or not _has_moved(
        reported, values, (day.end - day.start).total_seconds() / 60
    ):
        return None
    profile = [sum(at) / len(likes) for at in zip(*likes, strict=True)]
    minutes = reported.values[0].minutes
    most = int(values["most_minutes"] // minutes)
    distances = {lag: _distance(consumption, profile, lag) for lag in range(-most, most + 1)}
    best = min(distances, key=lambda lag: (distances[lag], abs(lag)))
    # A like day is part of the profile. Its distance to the other like days is larger by this factor.
    own = sum(_distance(like, profile, 0) for like in likes) / (len(likes) - 1)
    mean = sum(profile) / len(profile)
    spread = sum((value - mean) ** 2 for value in profile) / len(profile)
    if own * 100 >= values["noise_percent"] * spread or distances[0] * 100 <= values["excess_percent"] * own:
        return None
    if not best or distances[best] * 100 > values["left_percent"] * distances[0]:
        return None
    if _ripple(profile, most) * 100 > values["ripple_percent"] * spread:
        return None
    details = {
        "minutes": best * minutes,
        "left_percent": round(100 * distances[best] / distances[0], 1),
        "excess_percent": round(100 * distances[0] / own, 1) if own else None,
    }
    return Evidence(details, [reading.start for reading in reported.values])


def _is_comparable(reported: ReportedDay, likes: Sequence[Sequence[float]]) -> bool:
    """Returns whether the day is complete, has at least 24 intervals, and has as many of them as each like day."""
    count = len(reported.values)
    complete = count >= 24 and reported.readings >= reported.measured["expected"]
    return complete and bool(likes) and all(len(like) == count for like in likes)


def _has_moved(reported: ReportedDay, values: Values, minutes_of_day: float) -> bool:
    """Returns whether the first harmonic has moved against each like day, and always in the same direction."""
    phases = reported.past.get("like_phases") or ()
    phase_sin, phase_cos = reported.measured["phase_sin"], reported.measured["phase_cos"]
    moved = [_wrapped(atan2(phase_sin, phase_cos) - phase) for phase in phases]
    if not moved:
        return False
    least = max(values["least_minutes"] * 2 * pi / minutes_of_day, values["apart_factor"] * (max(moved) - min(moved)))
    return bool(min(moved) >= least or max(moved) <= -least)


def _scaled(values: Sequence[float]) -> list[float]:
    """Returns the values in shares of their mean, so that a cold day has the profile of a mild one."""
    mean = sum(values) / len(values) if values else 0.0
    return [value / mean for value in values] if mean else list(values)


def _wrapped(angle: float) -> float:
    return atan2(sin(angle), cos(angle))


def _distance(consumption: Sequence[float], profile: Sequence[float], lag: int) -> float:
    """Returns the mean squared distance of the day to the profile that is `lag` intervals later."""
    late = consumption[max(lag, 0) : len(consumption) + min(lag, 0)]
    early = profile[max(-lag, 0) : len(profile) + min(-lag, 0)]
    return sum((mine - its) ** 2 for mine, its in zip(late, early, strict=True)) / len(late)


def _ripple(profile: Sequence[float], most: int) -> float:
    """Returns by how much the profile's distance to itself falls at most, as the shift grows up to `most` intervals.

    A profile that repeats within the day, such as a fridge's, has no shift of its own.
    """
    distances = [_distance(profile, profile, lag) for lag in range(most + 1)]
    highest, fallen = 0.0, 0.0
    for distance in distances:
        highest = max(highest, distance)
        fallen = max(fallen, highest - distance)
    return fallen


def in_words(details: Details) -> str:
    """For example: the usual profile, 60 minutes late."""
    minutes = details["minutes"]
    return f"the usual profile, {abs(minutes)} minutes {'late' if minutes > 0 else 'early'}"


def _angle(like: int) -> str:
    turned = f"atan2(phase_sin, phase_cos) - like_phases[{like}]"
    return f"atan2(sin({turned}), cos({turned}))"


_ANGLES = ", ".join(_angle(like) for like in range(1, LATEST_LIKE_DAYS + 1))

# A day has at most 26 h. The smallest angle of a shift follows from it. The millionths are for the last digits.
_LEAST = (
    "greatest({least_minutes} * 2 * pi() / 1560,"
    f" {{apart_factor}} * (greatest({_ANGLES}) - least({_ANGLES}))) - 0.000001"
)

CHECK = Check(
    code="SHF",
    title="shifted day",
    finds="the profile of the like days, shifted by whole intervals",
    suspect="like_mean IS NOT NULL AND readings >= 24"
    f" AND (least({_ANGLES}) >= {_LEAST} OR greatest({_ANGLES}) <= -({_LEAST}))",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=PHASES,
    remembered={"phase_cos": "DOUBLE", "phase_sin": "DOUBLE"},
    history=LIKE_MEAN | {"like_phases": _LIKE_PHASES},
    yields_to=("OVF", "REG", "SPK", "UNI"),
)
