"""SQL that several checks share: measures of a day, and histories of the days before.

Checks that share a name share its text, so it is written here once.
"""

from domain.findings.check import LATEST_LIKE_DAYS

ENERGY = {"energy": "sum(kwh)"}
"""The day's consumption in kWh."""

HIGHEST = {"highest": "max(kwh)"}
"""The highest consumption of an interval in kWh."""


def of_latest_like_days(value: str) -> str:
    """Returns the SQL of the list of a value on the latest like days, the newest first."""
    # An ordered `list` would keep a buffer for each metering point: 100 MiB for a shard. This keeps 3 values.
    return f"arg_min({value}, days_ago, {LATEST_LIKE_DAYS}) FILTER (is_like)"


LIKE_MEAN = {
    "like_mean": f"CASE WHEN count(*) FILTER (is_like) >= {LATEST_LIKE_DAYS}"
    f" THEN list_avg({of_latest_like_days('kwh::DOUBLE')}) END"
}
"""The mean consumption in kWh of the latest like days. It is null where there are not enough of them."""

KNOWN_DAYS = {"known_days": "count(*) FILTER (alarms = 0)"}
"""The number of earlier days, of any kind, without findings of severity alarm."""

LEAST_KNOWN_DAYS = LATEST_LIKE_DAYS
"""With fewer known days, a day is compared with none of them."""

WEEK = 7
"""A week ends with the judged day."""


def days_in_a_row(column: str) -> str:
    """Returns the SQL of how many days directly before have a true `column`, at most 6. A missing day ends the row."""
    # Each day before is one bit. The number of trailing ones is the number of bits that adding 1 changes, less 1.
    bits = f"bit_or(CASE WHEN days_ago < {WEEK} AND {column} THEN 1 << (days_ago - 1) ELSE 0 END)"
    return f"bit_count(xor({bits}, {bits} + 1)) - 1"


def of_the_week(column: str) -> str:
    """Returns the SQL of the sum of a column over the last 6 days."""
    return f"coalesce(sum({column}) FILTER (days_ago < {WEEK}), 0)::BIGINT"
