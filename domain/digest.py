"""Writes the administrator's mail about the alarms of a run. It is plain text with short lines, for a phone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from domain.alarms import Alarm, Event
from domain.findings import BY_CODE, CODES

SUBJECT_LIMIT = 99
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ASCII, no line breaks, under 100 characters"""

WORST = 10
"""The number of alarms that a mail names."""

SIGN_OF_LIFE = timedelta(days=7)
"""After so much time without a mail the administrator gets one although nothing is new."""

COUNTED = (Event.RAISED, Event.UPDATED, Event.ESCALATED, Event.CLEARED)
"""The changes that a mail counts, in its order."""

_WORDS = {Event.RAISED: "New", Event.UPDATED: "Updated", Event.ESCALATED: "Escalated", Event.CLEARED: "Cleared"}
_SHORT = {Event.RAISED: "new", Event.UPDATED: "updated", Event.ESCALATED: "escalated", Event.CLEARED: "cleared"}


class TallyError(Exception):
    """A shard's counts do not have their form."""


@dataclass
class Tally:
    """Counts what changed: `{"MCD": {"raised": 2, ...}}`, and keeps the worst open alarms. `found` counts findings."""

    changes: dict[str, Counter[str]] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    worst: list[dict[str, Any]] = field(default_factory=list)

    def add(self, alarm: Alarm, runs: Iterable[str]) -> None:
        """Counts an alarm once for each kind of change that one of the runs made.

        An alarm that ended because its silence joined another one is not counted. The other one's alarm is.
        """
        names = set(runs)
        mine = [entry for entry in alarm.history if entry["run"] in names]
        if not mine or "joined" in mine[-1]:
            return
        kinds = {entry["event"] for entry in mine}
        counts = self.changes.setdefault(alarm.code, Counter())
        if not alarm.is_alive:
            counts[Event.CLEARED] += 1
            return
        counts[Event.RAISED] += Event.RAISED in kinds
        counts[Event.ESCALATED] += Event.ESCALATED in kinds
        counts[Event.UPDATED] += kinds == {Event.UPDATED}
        self._keep_worst([_in_short(alarm)])

    def merge(self, other: "Tally") -> None:
        """Adds another tally."""
        for code, counts in other.changes.items():
            self.changes.setdefault(code, Counter()).update(counts)
        self.found.update(other.found)
        self._keep_worst(other.worst)

    def count(self, event: Event) -> int:
        """Returns the number of changes of a kind over all checks."""
        return sum(counts[event] for counts in self.changes.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing has changed."""
        return not any(map(self.count, COUNTED))

    def by_code(self) -> dict[str, dict[str, int]]:
        """Returns `{"MCD": {"found", "raised", "updated", "escalated", "cleared"}}` for each check."""
        return {
            code: {"found": self.found[code]}
            | {str(event): self.changes.get(code, Counter())[event] for event in COUNTED}
            for code in sorted({*CODES, *self.changes, *self.found}, key=_order)
        }

    def as_json(self) -> dict[str, Any]:
        """Returns the tally as JSON values."""
        return {"changes": {code: dict(counts) for code, counts in self.changes.items()}, "found": dict(self.found),
                "worst": self.worst}  # fmt: skip

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Tally":
        """Reads a tally. Raises `KeyError` and `TypeError`."""
        changes = {code: Counter(counts) for code, counts in value["changes"].items()}
        return cls(changes, Counter(value["found"]), list(value["worst"]))

    @classmethod
    def sum_of(cls, values: Iterable[Any]) -> "Tally":
        """Returns the sum of the tallies that the shards of a run have written. Raises `TallyError`."""
        total = cls()
        try:
            for value in values:
                total.merge(cls.of_json(value))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise TallyError(repr(error)) from error
        return total

    def _keep_worst(self, others: Sequence[dict[str, Any]]) -> None:
        self.worst = sorted([*self.worst, *others], key=_badness)[:WORST]


@dataclass(frozen=True)
class Mail:
    """An e-mail to the administrator."""

    subject: str
    body: str


@dataclass(frozen=True)
class Report:
    """The address of the report of a publication, or the name of the error that prevented it."""

    uri: str = ""
    error: str = ""


def digest(
    day: date, publication: int, tally: Tally, still_open: int, failures: Sequence[str], *, report: Report | None = None
) -> Mail | None:
    """Writes the mail about a run of a day, or None where nothing changed. `failures` are sentences."""
    if tally.is_empty:
        return None
    counts = ", ".join(f"{tally.count(event)} {_SHORT[event]}" for event in COUNTED if tally.count(event))
    lines = [f"{day}, publication {publication}", ""]
    for event in COUNTED:
        if total := tally.count(event):
            lines.append(f"{_WORDS[event]}: {total}")
            lines += [f"- {_named(code)}: {n}" for code in sorted(tally.changes, key=_order)
                      if (n := tally.changes[code][event])]  # fmt: skip
    lines += [f"Still open, all days: {still_open}", ""]
    if tally.worst:
        lines += [f"The worst {len(tally.worst)} of this run:" if len(tally.worst) > 1 else "The worst of this run:"]
        lines += [line for each in tally.worst for line in _described(each)]
        lines += ["", *_CONSOLE, ""]
    wrong = [*failures, *_report_failure(report)]
    if wrong:
        lines += ["What failed:", *(f"- {failure}" for failure in wrong), ""]
    if report and report.uri:
        lines += ["The report of this publication:", report.uri, "Fetch it:", _fetching(day), ""]
    return Mail(f"Alarms of {day}: {counts}; {still_open} open"[:SUBJECT_LIMIT], "\n".join([*lines, *_FOOTER]) + "\n")


def report_failed(day: date, publication: int, report: Report | None) -> Mail | None:
    """Writes the mail of a run whose only news is that its report could not be made, or None where it could."""
    failure = list(_report_failure(report))
    if not failure:
        return None
    lines = [f"{day}, publication {publication}", "", *failure, "No alarm has changed."]
    return Mail(f"The report of {day} could not be made"[:SUBJECT_LIMIT], "\n".join(lines) + "\n")


def sign_of_life(now: datetime, last: datetime | None, day: date, still_open: int) -> Mail | None:
    """Writes the mail that says that all is well, or None where the last mail (at `last`) is not a week ago."""
    if last is None or now - last < SIGN_OF_LIFE:
        return None
    lines = [
        f"The pipeline works. It has published {day} now.",
        f"No alarm has changed since {last:%Y-%m-%d %H:%M} UTC.",
        f"Still open, all days: {still_open}",
        "",
        *_FOOTER,
    ]
    return Mail(f"No news of alarms since {last:%Y-%m-%d}; {still_open} open"[:SUBJECT_LIMIT], "\n".join(lines) + "\n")


_FOOTER = ("List and acknowledge them:", "python -m operations.alarms --outputs outputs.json")
_CONSOLE = (
    "See why in the console, by the path of an alarm:",
    "python -m operations.console --outputs outputs.json",
)


def alarm_path(number: str, day: date | str, code: str) -> str:
    """Returns the path of an alarm's page in the console. It never changes."""
    return f"/alarms/{number}/{day}/{code}"


def _report_failure(report: Report | None) -> Iterator[str]:
    if report and report.error:
        yield (
            f"The report could not be made: {report.error}. The log of the reporter says why. The next run of the day"
            " makes it."
        )


def _fetching(day: date) -> str:
    """Returns the command that fetches a report. It works on AWS and, in the shell of a local stack, there too."""
    return f"python -m operations.report --outputs outputs.json --date {day}"


def _in_short(alarm: Alarm) -> dict[str, Any]:
    return {
        "number": alarm.metering_point,
        "code": alarm.code,
        "date": alarm.date.isoformat(),
        "days": alarm.found.days,
        "escalated": alarm.escalated,
        "missing": int(alarm.found.details.get("missing_intervals", 0)),
        "words": alarm.words,
    }


def _badness(short: Mapping[str, Any]) -> tuple[Any, ...]:
    """Orders alarms from the worst on: escalated, long, much missing, then by the order of the checks."""
    return (not short["escalated"], -short["days"], -short["missing"], _order(short["code"]), short["number"])


def _described(short: Mapping[str, Any]) -> list[str]:
    since = "since" if short["days"] > 1 else "on"
    mark = ", escalated" if short["escalated"] else ""
    return [
        f"- {short['number']}: {short['code']} {since} {short['date']}{mark}",
        f"  {short['words']}",
        f"  {alarm_path(short['number'], short['date'], short['code'])}",
    ]


def _named(code: str) -> str:
    check = BY_CODE.get(code)
    return f"{code} {check.title}" if check else code


def _order(code: str) -> tuple[int, str]:
    return (CODES.index(code) if code in CODES else len(CODES), code)
