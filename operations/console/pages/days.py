"""The days, and one day: its publications and what each changed, its energy and findings, its runs and their steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from domain.object_keys import run_name
from domain.publications import Publication
from domain.summaries import InvalidSummaryError
from lambdas.reporter.charts import Bar, Caption, Column, bar_chart, stacked_columns
from lambdas.runtime.day_objects import ObjectMissingError
from operations.console.data import Data, DataDep
from operations.console.errors import NotFoundError, attempt
from operations.console.points.drawings import NARROW, WIDE, fitting
from operations.console.security import SANDBOX
from operations.console.view import Page, View, ViewDep
from operations.execution_history import StateResult
from operations.report_writer import report_of

PAGE = Page("days", "/days", order=50)
router = APIRouter()

LISTED = 31


@dataclass(frozen=True)
class FoundByCheck:
    """How many metering points a check found something on."""

    code: str
    severity: str
    count: int


@router.get("/days")
def days(view: ViewDep, data: DataDep, before: Annotated[date | None, Query()] = None) -> Response:
    """Lists the published days, the latest first."""
    found = [day for day in data.publications.days() if before is None or day < before]
    listed = found[:LISTED]
    newest = data.metering_points.as_known(listed)
    return view.page("days.html", newest=newest, more=listed[-1] if len(found) > LISTED else None)


@router.get("/days/{day}")
def one_day(view: ViewDep, data: DataDep, day: date) -> Response:
    """Shows a day. A part that the person may not read leaves the others."""
    published = data.metering_points.states([day])
    newest = published[-1] if published else None
    runs = attempt(lambda: data.day_runs.of_day(day, [(each.number, each.run) for each in published]))
    if newest is None and not runs.value:
        raise NotFoundError("no_publication", day=day.isoformat())
    known = sorted(data.publications.days())
    return view.page(
        "day.html",
        texts="days",
        day=day,
        published=published[::-1],
        newest=newest,
        findings=attempt(lambda: findings_of(data, newest)) if newest else None,
        hours=_hours(view, data.summaries.of(day, newest.number)) if newest else None,
        runs=runs,
        earlier=max((each for each in known if each < day), default=None),
        later=min((each for each in known if each > day), default=None),
    )


@router.get("/days/{day}/runs/{name}")
def run_steps(view: ViewDep, data: DataDep, day: date, name: str) -> Response:
    """Shows the steps of a run. The page of the day loads this part, because the histories are many requests."""
    published = [(each.number, each.run) for each in data.metering_points.states([day])]
    for each in data.day_runs.of_day(day, published):
        if run_name(each.run.arn) == name:
            steps = data.day_runs.steps(each.run.arn)
            template = "_run.html" if view.is_fragment else "run.html"
            return view.page(template, texts="days", day=day, run=each, steps=steps, chart=_chart(view, steps))
    raise NotFoundError("no_run", name=name[:80], day=day.isoformat())


@router.get("/days/{day}/publications/{number}/report/{language}")
def report(data: DataDep, day: date, number: int, language: Literal["en", "hr"]) -> Response:
    """Returns the report of a publication, in a sandbox: it is an object of the bucket, and no page of the console."""
    try:
        page = report_of(data.needs.client("s3"), data.needs.outputs["enriched_bucket"], day, number, language)
    except (ObjectMissingError, InvalidSummaryError):
        raise NotFoundError("no_report", day=day.isoformat(), number=number) from None
    return HTMLResponse(page, headers=SANDBOX)


def findings_of(data: Data, publication: Publication) -> Sequence[FoundByCheck]:
    """Counts a publication's findings by check, alarms first."""
    parts = [shard.findings for shard in publication.shards if shard.findings.rows]
    if not parts:
        return []
    rows = data.parts.query(
        f"SELECT code, severity, count(*) FROM {data.parts.tables(parts)} GROUP BY ALL ORDER BY severity, 3 DESC, code"  # noqa: S608
    )
    return [FoundByCheck(*row) for row in rows]


def _hours(view: View, summary: Mapping[str, Any] | None) -> Markup | None:
    """Draws the energy of each hour, if the run has written the summary."""
    hours = summary.get("hours") if summary else None
    if not hours:
        return None
    t, f = view.text("days"), view.formats
    columns = [
        Column(str(index) if index % 3 == 0 else "", [float(hour["kwh"])], f"{index}: {f.kwh(hour['kwh'])}")
        for index, hour in enumerate(hours)
    ]

    def write(value: float) -> str:
        return f.number(f"{value:g}")

    def drawn(name: str, width: float) -> str:
        caption = Caption(f"hours-{name}", str(t("hours_title")), str(t("hours_description")))
        names = [str(t("energy"))]
        return stacked_columns(columns, caption, names=names, unit="kWh", write=write, width=width)

    return fitting(drawn("wide", WIDE), drawn("narrow", NARROW))


def _chart(view: View, steps: Sequence[StateResult]) -> Markup | None:
    if not steps:
        return None
    t, f = view.text("days"), view.formats
    bars = [
        Bar(f"{each.name}{f' ({each.times})' if each.times > 1 else ''}", [each.seconds], f.duration(each.seconds))
        for each in steps
    ]

    def drawn(name: str, width: float) -> str:
        caption = Caption(f"steps-{name}", str(t("steps_title")), str(t("steps_description")))
        return bar_chart(bars, caption, width=width)

    return fitting(drawn("wide", WIDE), drawn("narrow", NARROW))
