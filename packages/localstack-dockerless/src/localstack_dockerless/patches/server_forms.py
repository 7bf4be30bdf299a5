"""The server leaves a posted form unread, so that the API decides whether the form is good."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Twisted reads a posted form before anybody sees the request, and answers 400 without a body if it cannot.",
    source="https://docs.twisted.org/en/stable/api/twisted.web.http.Request.html",
)


@PATCH.wraps("rolo.serving.twisted:TwistedGateway.__init__")
def init(original: Any, self: Any, *arguments: Any) -> None:
    original(self, *arguments)
    switch = "_parsePOSTFormSubmission"
    getattr(self, switch)
    setattr(self, switch, False)
