"""Reads pytest's reports, and writes the tables of `docs/recorded-answers.md`."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from recorded_answers.explanations import Explanation, Explanations

_COLOUR = re.compile(r"(#x1B|\x1b)\[\d+m")


@dataclass
class Result:
    """Holds what a module's tests did."""

    module: str
    counts: Counter[str] = field(default_factory=Counter)
    explained: list[tuple[str, Explanation]] = field(default_factory=list)
    unexplained: list[tuple[str, str]] = field(default_factory=list)


def read(module: str, report: Path, known: Explanations) -> Result:
    """Reads a report of pytest. A test that fails in its set-up counts as failed."""
    result = Result(module)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 -- pytest wrote it
        test = f"{(case.get('classname') or '').rsplit('.', 1)[-1]}::{case.get('name')}"
        fault = case.find("failure") if case.find("failure") is not None else case.find("error")
        if fault is None:
            result.counts["skipped" if case.find("skipped") is not None else "passed"] += 1
            continue
        result.counts["failed"] += 1
        text = _COLOUR.sub("", f"{fault.get('message') or ''}\n{fault.text or ''}")
        explanation = known.of(test, text)
        if explanation:
            result.explained.append((test, explanation))
        else:
            result.unexplained.append((test, " ".join(text.split())[:200]))
    return result


def table(results: Sequence[Result]) -> str:
    """Returns the counts by module, the failures by class, and what has no explanation, as Markdown."""
    lines = ["| module | passed | failed | skipped |", "|---|---|---|---|"]
    for result in results:
        counts = (str(result.counts[name]) for name in ("passed", "failed", "skipped"))
        lines.append(f"| `{Path(result.module).stem}` | {' | '.join(counts)} |")
    total = sum((result.counts for result in results), Counter[str]())
    lines.append(f"| all | {total['passed']} | {total['failed']} | {total['skipped']} |")
    lines += ["", "| class | tests | why |", "|---|---|---|"]
    why = Counter((entry.kind, entry.why) for result in results for _, entry in result.explained)
    lines += [f"| {kind} | {number} | {text} |" for (kind, text), number in sorted(why.items())]
    unexplained = [each for result in results for each in result.unexplained]
    lines += ["", f"Without an explanation: {len(unexplained)}", *(f"- `{test}`: {text}" for test, text in unexplained)]
    return "\n".join(lines) + "\n"
