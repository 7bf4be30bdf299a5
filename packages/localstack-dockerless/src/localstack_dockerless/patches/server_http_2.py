"""A request over HTTP/2 is judged by the same rules as one over HTTP/1.

HTTP/2 has its own framing, and can carry the same odd bytes in a path or a header.
"""

from typing import Any

from rolo.serving import twisted as serving
from twisted.internet import threads

from localstack_dockerless.http_server import head as heads
from localstack_dockerless.http_server.channel import AnsweringChannel, answer_headers, body_of
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Odd bytes in a path or a header of HTTP/2 reach LocalStack and make it fail.",
    source="https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1",
)


@PATCH.wraps("rolo.serving.twisted:TwistedRequestAdapter.requestReceived")
def request_received(receive: Any, self: Any, method: bytes, target: bytes, protocol: bytes) -> None:
    if protocol != b"HTTP/2":
        receive(self, method, target, protocol)
        return
    fields = [(name, value) for name, value in serving.to_flat_header_list(self.requestHeaders) if name[:1] != b":"]
    lines = [b"%s %s HTTP/1.1" % (method, target), *(name + b": " + value for name, value in fields)]
    data = b"\r\n".join(lines)
    head = heads.sketch(data)
    refusal = heads.refusal(data) or AnsweringChannel.judge(head)
    if refusal is None:
        receive(self, method, target, protocol)
        return

    def answer(headers: Any) -> None:
        self.setResponseCode(refusal.status)
        for name, value in answer_headers(refusal, headers):
            self.responseHeaders.addRawHeader(name, value)
        self.write(body_of(refusal))
        self.finish()

    noted = threads.deferToThread(AnsweringChannel.note, head, refusal, self.getClientAddress().host)
    noted.addCallbacks(answer, lambda _failure: answer([]))
