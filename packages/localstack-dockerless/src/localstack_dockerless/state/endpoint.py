"""Serves `/_dockerless/state`: GET returns the facts of the loaded and the last saved state. POST saves now.

Both answers are JSON. A save that fails is a 500 with the reason in `error`.
"""

import logging
from typing import Any

from localstack.http import Request, Response, route

from localstack_dockerless.state.save import Saver

LOG = logging.getLogger(__name__)
PATH = "/_dockerless/state"


class StateEndpoint:
    def __init__(self, saver: Saver, loaded: dict[str, Any] | None) -> None:
        self._saver, self._loaded = saver, loaded

    @route(PATH, methods=["GET"])
    def describe(self, _request: Request) -> Response:
        return Response.for_json({"loaded": self._loaded, "saved": self._saver.last})

    @route(PATH, methods=["POST"])
    def save(self, _request: Request) -> Response:
        try:
            return Response.for_json(self._saver.save())
        except Exception as error:
            LOG.exception("the state was not saved; the last whole state stays")
            return Response.for_json({"error": f"{type(error).__name__}: {error}"}, status=500)
