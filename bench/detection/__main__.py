"""`python -m bench.detection` measures, prints what misses the stated limits, and writes `docs/detection.md`.

Returns 1 where a limit is missed.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.detection.document import document, missed, read_limits
from bench.detection.estimation import Backtest, backtest, section
from bench.detection.power import Plan, Power, days_between, measure
from bench.detection.real_days import NoDaysError, read_subjects
from bench.detection.synthetic import make_subjects
from local import shell
from local.launcher.settings import REPOSITORY

SEED, SUBJECTS = 15, 300
DAYS = REPOSITORY / "seed" / "data"
DOCUMENT = REPOSITORY / "docs" / "detection.md"

SYNTHETIC_ZONE = ZoneInfo("Europe/Zagreb")
SYNTHETIC_DAYS = days_between(date(2026, 9, 21), date(2026, 11, 15))
"""The clocks change on 25 October. The first 28 days are the history of the next ones."""
PLANTED = (date(2026, 10, 25), date(2026, 10, 31), date(2026, 11, 12))
"""A Sunday of 25 hours, a Saturday and a Thursday."""


ESTIMATED = SYNTHETIC_DAYS[28::4]
"""7 days of all kinds, for the error of the estimates."""


def measure_synthetic(count: int, seed: int, planted: Sequence[date] = PLANTED) -> Power:
    """Measures with synthetic subjects."""
    subjects = make_subjects(count, SYNTHETIC_DAYS, SYNTHETIC_ZONE, seed)
    return measure(subjects, Plan(frozenset(SYNTHETIC_DAYS[28:]), tuple(planted)), SYNTHETIC_ZONE, seed)


def measure_real(folder: Path, zone: ZoneInfo, seed: int) -> Power:
    """Measures with the real subjects of a folder. Each day is clean, and gets each fault. Raises `NoDaysError`."""
    subjects = read_subjects(folder, zone)
    days = sorted({day for subject in subjects for day in subject.days})
    return measure(subjects, Plan(frozenset(days), tuple(days)), zone, seed)


def backtests(folder: Path, zone: ZoneInfo, count: int, seed: int) -> dict[str, Backtest]:
    """Measures the error of the estimates, with the real subjects and with synthetic ones."""
    found = {"real": backtest(read_subjects(folder, zone), zone, seed)}
    if count:
        subjects = make_subjects(count, SYNTHETIC_DAYS, SYNTHETIC_ZONE, seed)
        found["synthetic"] = backtest(subjects, SYNTHETIC_ZONE, seed, ESTIMATED)
    return found


def main(arguments: Sequence[str]) -> int:
    """Measures and writes the document. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--days", type=Path, default=DAYS, help="a folder of clean days, in the format of seed/data")
    parser.add_argument("--zone", type=ZoneInfo, default=ZoneInfo("Europe/Paris"), help="the zone of these days")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--subjects", type=int, default=SUBJECTS, help="the number of synthetic customers")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="the document to write")
    given = parser.parse_args(arguments)
    try:
        powers = {"real": measure_real(given.days, given.zone, given.seed)}
    except NoDaysError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if given.subjects:
        powers["synthetic"] = measure_synthetic(given.subjects, given.seed)
    folder = given.days.resolve()
    inside = folder.is_relative_to(REPOSITORY)
    source = f"`{folder.relative_to(REPOSITORY)}`" if inside else f"`{given.days.name}`"
    estimates = section(backtests(given.days, given.zone, given.subjects, given.seed))
    given.out.write_text(f"{document(powers, given.seed, source)}\n{estimates}", encoding="utf-8")
    print(f"Written: {given.out}")  # noqa: T201
    lines = missed(read_limits(), powers.values())
    for line in lines:
        print(f"missed: {line}")  # noqa: T201
    return int(bool(lines))


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
