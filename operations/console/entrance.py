"""Takes the token of the printed link, and the reader's choices of language and theme."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from operations.console.security import GuardDep
from operations.console.texts import LANGUAGES
from operations.console.view import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, View, ViewDep

router = APIRouter()
_YEAR_SECONDS = 365 * 86_400


@router.get("/enter")
def enter(view: ViewDep, guard: GuardDep, token: str = "", to: str = "/") -> Response:
    """Gives the cookie for the token. The page leads on, because a redirect would not send a strict cookie."""
    if not guard.is_token(token):
        return refused(view.request, "token" if not token else "wrong_token")
    response = view.page("entered.html", texts="entrance", to=inside(to))
    guard.let_in(response)
    return response


@router.post("/choices")
def choose(
    to: Annotated[str, Form()] = "/", language: Annotated[str, Form()] = "", theme: Annotated[str, Form()] = ""
) -> Response:
    """Keeps the reader's choices for a year."""
    response = RedirectResponse(inside(to), status_code=303)
    for cookie, value, known in ((LANGUAGE_COOKIE, language, LANGUAGES), (THEME_COOKIE, theme, THEMES)):
        if value in known:
            response.set_cookie(cookie, value, max_age=_YEAR_SECONDS, httponly=True, samesite="strict", path="/")
    return response


def refused(request: Request, reason: str) -> Response:
    """Returns the page that refuses a request: by its host, its origin or its token.

    A link on another site sends no strict cookie. So the page of such a link loads itself once more, as our own.
    """
    view = View(request)
    again = ""
    if reason == "token" and request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        again = inside(request.url.path)
    return view.page("refused.html", status=403, texts="entrance", reason=reason, again=again)


def inside(path: str) -> str:
    """Returns a path of the console, or `/` for an address elsewhere."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and "\\" not in path else "/"
