"""The server writes no access log."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Twisted makes the line in 5 % of the time of a request. LocalStack has a log of its own and never shows it.",
    source="https://docs.twisted.org/en/stable/api/twisted.web.server.Site.html",
)


@PATCH.wraps("rolo.serving.twisted:TwistedGateway.log")
def log(_original: Any, _self: Any, _request: Any) -> None:
    """Does nothing."""
