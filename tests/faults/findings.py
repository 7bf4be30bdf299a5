"""What a run of these tests found, as a table."""

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

COLUMNS = ("Fault", "Sent", "Answered well", "Answered otherwise", "Found afterwards")


@dataclass
class Findings:
    """One row for each fault; numbers are calls, batches, runs or messages, as the text says."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def note(self, fault: str, sent: object, well: object, otherwise: object, found: object) -> None:
        self.rows.append((fault, _text(sent), _text(well), _text(otherwise), _text(found)))

    def show(self) -> None:
        table = Table(*COLUMNS, title="Faults", title_justify="left")
        for row in self.rows:
            table.add_row(*row)
        Console(width=160).print(table)

    def write(self, path: Path) -> None:
        """As Markdown."""
        lines = [COLUMNS, tuple("---" for _ in COLUMNS), *self.rows]
        path.write_text("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
