"""Every request gets an answer, a malformed one too."""

from typing import Any

from rolo.serving import twisted as serving

from localstack_dockerless.http_server.channel import AnsweringChannel
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Twisted closes the connection, or answers 400 without a body.",
    source="https://www.rfc-editor.org/rfc/rfc9112#section-9.6",
)


@PATCH.replaces("rolo.serving.twisted:HeaderPreservingHTTPChannel.protocol_factory")
def protocol_factory(_original: Any) -> Any:
    return staticmethod(lambda: serving.PriorKnowledgeHTTPChannelProtocol(AnsweringChannel()))
