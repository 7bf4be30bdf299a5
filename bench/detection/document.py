"""Writes the counts as `docs/detection.md`, and says which of the stated limits they miss."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.detection.faults import FAULTS
from bench.detection.power import Power, Share, together
from domain.findings import CHECKS

LIMITS = Path(__file__).with_name("limits.toml")

_HEAD = """# Detection power

`python -m bench.detection` writes this file. It plants each fault into clean days and judges them with the pipeline's
own code, from enriched rows to the findings part (`lambdas/alerting/judge_shard.py`). [checks.md](checks.md) has the
checks with their parameters. The command takes any folder of clean days in the format of `seed/data`, and any seed:
`python -m bench.detection --days FOLDER --zone Europe/Paris --seed 7`.

A fault is planted into one day of a customer. A drift, 2 days of zeros and estimated values need several days, and are
judged on each of them. A finding counts as found where the same clean day does not have it.
"""


@dataclass(frozen=True)
class Limits:
    """The stated figures: the least share of each fault in percent, and the most alarms in 1,000 clean days."""

    least_percent: Mapping[str, float]
    most_alarms_per_thousand: float


def read_limits() -> Limits:
    """Reads `limits.toml`."""
    content = tomllib.loads(LIMITS.read_text(encoding="utf-8"))
    return Limits(content["least_percent"], content["most_alarms_per_thousand"])


def missed(limits: Limits, powers: Iterable[Power]) -> list[str]:
    """Returns a line for each limit that all subjects together miss."""
    sets = list(powers)
    lines = []
    for name, least in limits.least_percent.items():
        share = together(power.shares[name] for power in sets if name in power.shares)
        if share.planted and share.percent < least:
            lines.append(f"{name}: {share.percent:.1f} % found, at least {least:g} % are stated")
    clean = sum(power.clean_days for power in sets)
    alarms = sum(power.alarms for power in sets)
    if clean and 1_000 * alarms / clean > limits.most_alarms_per_thousand:
        most = limits.most_alarms_per_thousand
        lines.append(f"{1_000 * alarms / clean:.2f} alarms in 1,000 clean days, at most {most:g} are stated")
    return lines


def document(powers: Mapping[str, Power], seed: int, source: str) -> str:
    """Returns the document. `powers` has the counts by the name of the set of subjects."""
    parts = [_HEAD, f"Seed: {seed}. Real days: {source}.\n", "## Share of planted faults that is found\n"]
    parts += [_FOUND, _faults(powers), "## What each check finds\n", _PERCENT, _matrix(list(powers.values()))]
    parts += ["## False alarms\n", _clean(powers), "## The limits\n", _limits(read_limits())]
    return "\n".join(parts)


_FOUND = """A share is the percentage of planted faults for which a check of the second column finds something. Without
such a check, any finding of severity `alarm` counts. The number of planted faults is in brackets.
"""

_PERCENT = """The percentage of planted faults for which the check finds something, over all subjects. An empty cell
is 0.
"""


def _faults(powers: Mapping[str, Power]) -> str:
    lines = [
        f"| fault | meant for | {' | '.join(powers)} | all |",
        f"|---|---|{'---|' * (len(powers) + 1)}",
    ]
    for fault in FAULTS:
        shares = [power.shares.get(fault.name, Share()) for power in powers.values()]
        cells = [_cell(share) for share in (*shares, together(shares))]
        lines.append(f"| {fault.title} (`{fault.name}`) | {', '.join(fault.finds)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(share: Share) -> str:
    return f"{share.percent:.1f} ({share.planted})" if share.planted else "-"


def _matrix(powers: list[Power]) -> str:
    lines = [f"| fault | {' | '.join(check.code for check in CHECKS)} |", f"|---|{'---|' * len(CHECKS)}"]
    for fault in FAULTS:
        share = together(power.shares.get(fault.name, Share()) for power in powers)
        cells = [f"{100 * share.by_code[check.code] / max(share.planted, 1):.1f}" for check in CHECKS]
        lines.append(f"| `{fault.name}` | {' | '.join('' if cell == '0.0' else cell for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _clean(powers: Mapping[str, Power]) -> str:
    clean = sum(power.clean_days for power in powers.values())
    subjects = (f"{each.clean_days:,} days of {each.subjects:,} ({name})" for name, each in powers.items())
    lines = [f"Findings in 1,000 clean days of a customer. The subjects had {' and '.join(subjects)}.\n"]
    lines += [f"| check | severity | {' | '.join(powers)} | all |", f"|---|---|{'---|' * (len(powers) + 1)}"]
    for check in CHECKS:
        counts = [(power.false_alarms[check.code], power.clean_days) for power in powers.values()]
        cells = [_rate(*count) for count in (*counts, (sum(found for found, _ in counts), clean))]
        lines.append(f"| {check.code} | {check.severity} | {' | '.join(cells)} |")
    alarms = [(power.alarms, power.clean_days) for power in powers.values()]
    cells = [_rate(*count) for count in (*alarms, (sum(found for found, _ in alarms), clean))]
    lines.append(f"| all checks of severity alarm | | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _rate(count: int, days: int) -> str:
    return f"{1_000 * count / days:.2f}" if days else "-"


def _limits(limits: Limits) -> str:
    rows = "\n".join(f"| `{name}` | at least {least:g} % |" for name, least in limits.least_percent.items())
    return (
        "`tests/unit/bench/test_detection.py` measures with fewer subjects, and fails where a figure is missed.\n"
        "`bench/detection/limits.toml` has the figures.\n\n| fault | found |\n|---|---|\n"
        f"{rows}\n\nAlarms in 1,000 clean days over all checks: at most {limits.most_alarms_per_thousand:g}.\n"
    )
