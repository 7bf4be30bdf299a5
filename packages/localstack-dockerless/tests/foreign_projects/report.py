"""Writes the table of results for `docs/foreign-projects.md`."""

from collections.abc import Iterable

from foreign_projects.run import Result

HEAD = (
    "| project | version | planned | applied | second plan | works at run time | destroyed |\n"
    "|---|---|---|---|---|---|---|"
)


def table(results: Iterable[Result]) -> str:
    """Returns the table, and below it what was left out and what failed."""
    rows, notes = [], []
    for result in results:
        project = result.project
        cells = (
            project.name, project.version, str(result.planned), str(result.applied), result.second_plan, result.works,
            result.destroyed,
        )  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
        notes += [f"- **{project.name}**: {text}" for text in (*project.reasons, *result.errors)]
    return "\n".join([HEAD, *rows, "", *notes, ""])
