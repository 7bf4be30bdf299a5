"""The overview: the state of the whole system on one page. Each number leads to its list."""

from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from operations.console.data import DataDep
from operations.console.errors import attempt
from operations.console.view import Page, ViewDep

PAGE = Page("overview", "/", order=1)
router = APIRouter()


@router.get("/")
def overview(view: ViewDep, data: DataDep) -> HTMLResponse:
    """Asks all sources at the same time. A source that is denied leaves the others."""
    sources = {
        "days": data.publications.days,
        "runs": lambda: data.runs.latest(10),
        "alive": lambda: data.alarms.alive()[0],
        "dead": data.dead_letters.counts,
        "tasks": data.health.tasks,
        "firing": data.health.firing,
    }
    with ThreadPoolExecutor(len(sources)) as pool:
        found = dict(zip(sources, pool.map(attempt, sources.values()), strict=True))
    return view.page("overview.html", found=found)
