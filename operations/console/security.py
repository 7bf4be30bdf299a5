"""Lets in who has the token. Refuses foreign hosts, foreign origins and forms that the console did not make.

A browser sends cookies of 127.0.0.1 to every port, and any page may send requests to it. So each request is checked:

1. `Host` must be 127.0.0.1 or localhost with our port. This defeats DNS rebinding.
2. `Sec-Fetch-Site` must not be another site, unless the user follows a link. `Origin` of a change must be our own.
3. The cookie must hold the session, which is made of the token. The printed link gives it once. It is HttpOnly and
   SameSite=Strict.
4. A change must carry the form's own token, as a field or as a header.

Each answer has a content security policy without inline scripts and styles, and nothing is loaded from elsewhere.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from operations.console.needs import Needs

SAFE = ("GET", "HEAD")
OPEN_PATHS = ("/enter", "/static/")
"""Without a session the entrance and the style sheets are there, and nothing else."""

FIELD, HEADER = "csrf", "x-csrf-token"

# With the policy "no-referrer", a browser sends `Origin: null` with our own forms.
# https://fetch.spec.whatwg.org/#append-a-request-origin-header
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

SANDBOX = {
    # A document in a sandbox has an origin of its own, and no script, form or popup. Its style sheet is in it, and may
    # be of an earlier version. https://www.w3.org/TR/CSP3/#directive-sandbox
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # A browser does not load a sandboxed document with another value.
    # https://html.spec.whatwg.org/multipage/document-lifecycle.html#attempt-to-create-a-non-fetch-scheme-document
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
"""The headers of a stored page, which is data and no page of the console."""


class Guard:
    """Decides about a request by its head alone."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._hosts = {f"{name}:{needs.port}" for name in ("127.0.0.1", "localhost")}
        self.cookie = f"console-{needs.port}"

    def session(self) -> str:
        """Returns the value of the cookie. The token cannot be computed from it."""
        return self._signed("session")

    def form_token(self) -> str:
        """Returns the token of the console's own forms."""
        return self._signed("form")

    def is_token(self, text: str) -> bool:
        """Returns whether a text is the token. The time does not depend on the text."""
        return hmac.compare_digest(text.encode(), self._needs.token.encode())

    def is_form_token(self, text: str) -> bool:
        """Returns whether a text is the token of our forms."""
        return hmac.compare_digest(text.encode(), self.form_token().encode())

    def is_host(self, request: Request) -> bool:
        """Returns whether the request names our own host."""
        return request.headers.get("host", "") in self._hosts

    def is_foreign(self, request: Request) -> bool:
        """Returns whether another site makes the request. A link on another page is not foreign."""
        site = request.headers.get("sec-fetch-site", "none")
        if request.method in SAFE:
            follows_link = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
            framed = request.headers.get("sec-fetch-dest", "document") not in ("document", "empty")
            return site not in ("none", "same-origin") and (not follows_link or framed)
        origin = request.headers.get("origin")
        if origin is None:
            return site != "same-origin"
        found = urlsplit(origin)
        return found.scheme != "http" or found.netloc != request.headers.get("host") or found.netloc not in self._hosts

    def has_session(self, request: Request) -> bool:
        """Returns whether the request has the cookie."""
        return hmac.compare_digest(request.cookies.get(self.cookie, "").encode(), self.session().encode())

    def let_in(self, response: Response) -> None:
        """Gives the cookie. It ends with the browser."""
        response.set_cookie(self.cookie, self.session(), httponly=True, samesite="strict", path="/")

    def _signed(self, purpose: str) -> str:
        return hmac.new(self._needs.token.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def guarding(guard: Guard, refuse: Callable[[Request, str], Response]) -> Callable[..., Awaitable[Response]]:
    """Returns the middleware. `refuse` makes the answer of a refusal: `host`, `foreign` or `token`."""

    async def guarded(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if not guard.is_host(request):
            response = refuse(request, "host")
        elif guard.is_foreign(request):
            response = refuse(request, "foreign")
        elif not request.url.path.startswith(OPEN_PATHS) and not guard.has_session(request):
            response = refuse(request, "token")
        else:
            response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)  # a report has a stricter policy of its own
        if not request.url.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


async def own_form(request: Request) -> None:
    """Refuses a change without the token of our forms. Every route of the application depends on this."""
    if request.method in SAFE:
        return
    guard: Guard = request.app.state.guard
    sent = request.headers.get(HEADER)
    if sent is None:
        found = (await request.form()).get(FIELD, "")
        sent = found if isinstance(found, str) else ""
    if not guard.is_form_token(sent):
        raise HTTPException(403, "form")


def _guard(request: Request) -> Guard:
    guard: Guard = request.app.state.guard
    return guard


GuardDep = Annotated[Guard, Depends(_guard)]
