"""The paths of all pages. A page that is missing here fails a test."""

from collections.abc import Callable, Mapping

from tests.browser.world import World

PATHS: Mapping[str, Callable[[World], str]] = {
    "overview": lambda _: "/",
    "completeness": lambda world: f"/completeness?to={world.day}",
    "alarms": lambda world: f"/alarms?state=all&date={world.day}",
    "alarm": lambda world: world.alarm(world.lacking),
    "metering_points": lambda world: f"/metering-points?q={world.whole.number[:4]}",
    "metering_point": lambda world: f"/metering-points/{world.whole.number}?period=day&day={world.day}",
    "metering_point_with_a_gap": lambda world: f"/metering-points/{world.lacking.number}?period=week&day={world.day}",
    "metering_point_year": lambda world: f"/metering-points/{world.whole.number}?period=year&day={world.day}",
    "days": lambda _: "/days",
    "day": lambda world: f"/days/{world.day}",
    "mail": lambda world: f"/mail?q={world.day}",
    "sql": lambda _: "/sql",
    "api": lambda _: "/api",
    "error": lambda _: "/alarms/1/2000-01-01/ICD",
    "nothing": lambda world: f"/metering-points/{world.whole.number}?day=1999-01-01",
}
"""Each with a world's data. `error` has the status 404."""

STATUS = {"error": 404}
