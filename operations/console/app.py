"""Makes the application of its needs. A module in `pages/` with `PAGE` and `router` is a page."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from fastapi import Depends, FastAPI, Response
from fastapi.staticfiles import StaticFiles

from lambdas.reporter.charts import STYLES
from operations.console import entrance, errors, pages, security
from operations.console.data import Data
from operations.console.needs import Needs
from operations.console.view import new_environment

STATIC = Path(__file__).parent / "static"


def make_app(needs: Needs) -> FastAPI:
    """Returns the application. It opens nothing before the first request."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(security.own_form)])
    found = list(page_modules())
    guard = security.Guard(needs)
    app.state.needs, app.state.guard = needs, guard
    app.state.data = Data(needs)
    app.state.environment = new_environment()
    app.state.navigation = sorted((each.PAGE for each in found if each.PAGE.order), key=lambda page: page.order)
    app.state.paths = {each.PAGE.name: each.PAGE.path for each in found}
    app.middleware("http")(security.guarding(guard, entrance.refused))
    errors.install(app)
    app.include_router(entrance.router)
    for each in found:
        app.include_router(each.router)
    app.add_api_route("/charts.css", chart_styles)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def chart_styles() -> Response:
    """Returns the style sheet of the charts."""
    return Response(STYLES, media_type="text/css", headers={"Cache-Control": "max-age=600"})


def page_modules() -> Iterator[ModuleType]:
    """Yields the modules of the pages, by name."""
    for info in sorted(pkgutil.iter_modules(pages.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{pages.__name__}.{info.name}")
        if hasattr(module, "PAGE"):
            yield module
