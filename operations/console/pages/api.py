"""The public API as a page to try calls from. The console sends a call to the API's own address and to no other one.

A person types the key of a customer. It goes into the request's header, and nowhere else: no page, no log and no
object has it. The browser does not call the API itself, because the console's pages may connect to the console alone.
"""

import shlex
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from operations.console.data import DataDep
from operations.console.data.api_calls import ApiUnreachableError
from operations.console.data.api_description import ApiDescription, CallError
from operations.console.data.api_description import Request as ApiRequest
from operations.console.errors import NotFoundError
from operations.console.security import FIELD
from operations.console.view import Page, ViewDep

PAGE = Page("api", "/api", order=80)
router = APIRouter()

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"
KEY = "key"
"""The field of the key. Its value is in no answer."""


@cache
def description() -> ApiDescription:
    """Reads the document once. A test holds it to the service."""
    return ApiDescription.read(DOCUMENT)


@router.get("/api")
def api(view: ViewDep, data: DataDep, call: str = "") -> Response:
    """Shows the calls. `call` is the id of the one that is open."""
    return view.page("api.html", api=description(), marked=marked, url=data.api_calls.url, opened=call, tried=None)


@router.post("/api/{ident}")
async def try_call(view: ViewDep, data: DataDep, request: Request, ident: str) -> Response:
    """Sends a call, and shows the answer."""
    called = description().call(ident)
    if called is None:
        raise NotFoundError("no_page")
    form = {name: str(value) for name, value in (await request.form()).items() if name != FIELD}
    key = form.pop(KEY, "").strip()
    tried: dict[str, object] = {"call": called, "answer": None, "wrong": "", "unreachable": "", "command": ""}
    try:
        made = called.request(form)
        tried["command"] = _command(data.api_calls.url, made, needs_key=called.needs_key)
        tried["answer"] = await data.api_calls.send(made, key)
    except CallError as error:
        tried["wrong"] = str(error)
    except ApiUnreachableError as error:
        tried["unreachable"] = str(error)
    if view.is_fragment:
        return view.page("_answer.html", texts="api", tried=tried)
    return view.page("api.html", api=description(), marked=marked, url=data.api_calls.url, opened=ident, tried=tried)


def marked(text: str) -> Markup:
    """Marks the parts of a description that are in backticks as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def _command(url: str, made: ApiRequest, *, needs_key: bool) -> str:
    """Returns the call for a terminal. The key is a variable of the shell."""
    parts = ["curl", "-X", made.method, shlex.quote(f"{url}{made.target}")]
    if needs_key:
        parts += ["-H", '"x-api-key: $API_KEY"']
    if made.body:
        parts += ["-H", "'content-type: application/json'", "-d", shlex.quote(made.body)]
    return " ".join(parts)
