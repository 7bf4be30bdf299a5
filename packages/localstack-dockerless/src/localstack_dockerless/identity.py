"""Serves `GET /_emulator/stack`: a launcher recognises its own LocalStack by the answer.

The session changes with every start without a saved state. A start with a saved state keeps the session.
"""

import json
import os

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER
from localstack.utils.analytics.metadata import get_session_id

VARIABLE = "EMULATOR_STACK"
"""Holds a text of the launcher, such as a folder. It is empty if no launcher started this LocalStack."""


_session: list[str] = []
"""Holds the session of the saved state. Empty: the session is LocalStack's own."""


def session() -> str:
    return _session[0] if _session else str(get_session_id())


def set_session(saved: str) -> None:
    """Sets the session of a saved state."""
    _session[:] = [saved]


class Identity:
    @route("/_emulator/stack", methods=["GET"])
    def stack(self, request: Request) -> Response:
        content = {"stack": os.environ.get(VARIABLE, ""), "session": session()}
        return Response(json.dumps(content), mimetype="application/json")


def register() -> None:
    ROUTER.add(Identity())
