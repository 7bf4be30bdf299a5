"""A malformed head is refused as in RFC 9112, and Twisted gets a good one in a single form."""

import pytest

from localstack_dockerless.http_server import head as heads


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        ("GET /a?b HTTP/1.1\r\nHost: A.Example:80", "GET /a?b HTTP/1.1\r\nHost: a.example:80"),
        ("GET http://B/a?b HTTP/1.1\r\nHost: a\r\nx: y", "GET /a?b HTTP/1.1\r\nHost: b\r\nx: y"),
        ("GET http://b HTTP/1.1\r\nHost: a", "GET / HTTP/1.1\r\nHost: b"),
        ("GET HTTPS://b?c=d/e HTTP/1.1\r\nHost: a", "GET /?c=d/e HTTP/1.1\r\nHost: b"),
        ("GET /a HTTP/1.0", "GET /a HTTP/1.0"),
        ("GET /a HTTP/1.1\r\nhost: [::1]:80", "GET /a HTTP/1.1\r\nHost: [::1]:80"),
        ("GET //a/../b;c HTTP/1.1\r\nHost: a", "GET //a/../b;c HTTP/1.1\r\nHost: a"),
    ],
)
def test_a_good_head_is_passed_on_in_origin_form(sent: str, passed_on: str) -> None:
    assert heads.refusal(sent.encode()) is None
    assert heads.normalized(sent.encode()) == passed_on.encode()


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("x: \x01", heads.BAD_REQUEST),
        ("x: \x7f", heads.BAD_REQUEST),
        ("x: \t\xff", None),
        ("x y: z", heads.BAD_REQUEST),
        ("\xff: z", heads.BAD_REQUEST),
        (" folded", heads.BAD_REQUEST),
        ("Content-Length: 12", None),
        ("Content-Length: ٣", heads.BAD_REQUEST),
        ("Content-Length: 1234567890123456789", heads.BODY_TOO_LARGE),
        ("Transfer-Encoding: chunked", None),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0", heads.BAD_REQUEST),
        ("Expect: 100-Continue", None),
        ("Expect: 200-ok", heads.EXPECTATION_FAILED),
        ("x: " + "y" * heads.LONGEST_HEAD, heads.HEADERS_TOO_LARGE),
        ("\r\n".join(["x: y"] * heads.MOST_HEADERS), heads.HEADERS_TOO_LARGE),
    ],
)
def test_a_header_is_judged(line: str, refused: heads.Refusal | None) -> None:
    sent = f"GET / HTTP/1.1\r\nHost: a\r\n{line}".encode("utf-8" if "٣" in line else "latin-1")
    assert heads.refusal(sent) == refused


def test_a_beginning_is_refused_as_soon_as_nothing_can_mend_it() -> None:
    for good in (b"", b"GET", b"GET / HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: a\r\n"):
        assert heads.refusal_of_beginning(good) is None
    assert heads.refusal_of_beginning(b"GET /" + b"a" * heads.LONGEST_HEAD) == heads.LINE_TOO_LONG
    assert heads.refusal_of_beginning(b"GET /\r\n") == heads.BAD_REQUEST
    long = b"GET / HTTP/1.1\r\nx: " + b"y" * 2 * heads.LONGEST_HEAD
    assert heads.refusal_of_beginning(long) == heads.HEADERS_TOO_LARGE


def test_of_a_broken_head_is_read_what_the_access_log_needs() -> None:
    read = heads.sketch(b"GET /a b\x7f HTTP/1.1\r\nno colon\r\nHost: A\r\nx: \xff")
    assert (read.method, read.target, read.protocol, read.host) == ("GET", "/a b\x7f", "HTTP/1.1", "a")
    assert read.values("x") == ["\xff"]
    assert heads.sketch(b"GET /a").target == "/a"
    assert heads.sketch(b"\x00").method == "\x00"
