"""A request with `Upgrade` is served as one without it.

AWS's services do so too. LocalStack has WebSockets only for WebSocket APIs, which this package refuses.
"""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="rolo takes the request for a WebSocket.",
    source="https://www.rfc-editor.org/rfc/rfc9110#section-7.8",
)


@PATCH.wraps("rolo.serving.twisted:WebsocketResourceDecorator.render")
def render(_with_websockets: Any, self: Any, request: Any) -> Any:
    return self.original.render(request)
