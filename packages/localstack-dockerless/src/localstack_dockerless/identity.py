"""`GET /_emulator/stack`: which stack started this LocalStack, so that the launcher can tell it from another one.

The session changes with every start that forgets what was applied. A start with a saved state keeps the session.
"""

import json
import os

from localstack.http import Request, Response, route
from localstack.services.edge import ROUTER
from localstack.utils.analytics.metadata import get_session_id

VARIABLE = "EMULATOR_STACK"
"""The folder of the stack that started this LocalStack; empty where no launcher did."""


_session: list[str] = []
"""The one of the saved state; empty where there is none: then it is LocalStack's own."""


def session() -> str:
    return _session[0] if _session else str(get_session_id())


def set_session(saved: str) -> None:
    """Go on with the session of a saved state."""
    _session[:] = [saved]


class Identity:
    @route("/_emulator/stack", methods=["GET"])
    def stack(self, request: Request) -> Response:
        content = {"stack": os.environ.get(VARIABLE, ""), "session": session()}
        return Response(json.dumps(content), mimetype="application/json")


def register() -> None:
    ROUTER.add(Identity())
