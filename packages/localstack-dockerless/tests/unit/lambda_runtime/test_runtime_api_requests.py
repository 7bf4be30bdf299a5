"""The bytes of the runtime become requests, however they arrive."""

import pytest

from localstack_dockerless.services.lambda_.runtime_api import Request, RequestParser

POST = (
    b"POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\n"
    b"Content-Type: application/json\r\ncontent-length: 4\r\n\r\nnull"
)


def parse(*pieces: bytes) -> list[Request]:
    parser = RequestParser()
    found = []
    for piece in pieces:
        parser.feed(piece)
        while request := parser.next_request():
            found.append(request)
    return found


def test_a_request_with_a_body():
    (request,) = parse(POST)
    assert (request.method, request.body) == ("POST", b"null")
    assert request.path == "/2018-06-01/runtime/invocation/id-1/response"
    assert request.headers["content-type"] == "application/json"


def test_a_request_in_pieces():
    assert [request.body for request in parse(*(bytes([byte]) for byte in POST))] == [b"null"]


def test_two_requests_in_one_piece():
    following = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
    assert [request.method for request in parse(POST + following)] == ["POST", "GET"]


@pytest.mark.parametrize("cut", [3, 60, 75])
def test_a_chunked_body(cut: int):
    chunked = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n3;a=b\r\nabc\r\n0\r\n\r\n"
    assert [request.body for request in parse(chunked[:cut], chunked[cut:])] == [b"nullabc"]


def test_a_large_body_waits_for_permission():
    parser = RequestParser()
    parser.feed(b"POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
    assert parser.next_request() is None
    assert parser.wants_continue()


def test_nonsense_is_an_error():
    parser = RequestParser()
    parser.feed(b"nonsense\r\n\r\n")
    with pytest.raises(ValueError, match="values to unpack"):
        parser.next_request()
