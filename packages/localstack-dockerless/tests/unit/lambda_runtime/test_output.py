"""A function's output becomes AWS's log messages."""

from localstack_dockerless.services.lambda_.output import Message, OutputParser

INFO = bytes.fromhex("a55a000f")


def frame(text: str, microseconds: int = 1_700_000_000_123_456) -> bytes:
    """Returns a frame of `awslambdaric`'s FramedTelemetryLogSink."""
    body = text.encode()
    return INFO + len(body).to_bytes(4, "big") + microseconds.to_bytes(8, "big") + body


def messages(*pieces: bytes) -> list[Message]:
    parser = OutputParser()
    found = [message for piece in pieces for message in parser.feed(piece)]
    return found + list(parser.finish())


def test_each_line_of_text_is_a_message():
    assert messages(b"one\ntwo\n") == [Message("one"), Message("two")]


def test_a_blank_line_is_kept():
    assert messages(b"one\n\ntwo\n") == [Message("one"), Message(""), Message("two")]


def test_a_line_may_arrive_in_pieces():
    assert messages(b"hal", b"f a li", b"ne\n") == [Message("half a line")]


def test_text_without_an_end_of_line_is_given_at_the_end():
    assert messages(b"last words") == [Message("last words")]


def test_a_frame_keeps_its_lines_together_and_has_its_own_time():
    assert messages(frame("two\nlines\n")) == [Message("two\nlines", 1_700_000_000_123)]


def test_text_and_frames_keep_their_order():
    written = b"before\n" + frame("framed") + b"after\n"
    assert [message.text for message in messages(written)] == ["before", "framed", "after"]


def test_a_frame_may_arrive_byte_by_byte():
    written = b"before\n" + frame("framed\nmessage") + b"after\n"
    pieces = [bytes([byte]) for byte in written]
    assert [message.text for message in messages(*pieces)] == ["before", "framed\nmessage", "after"]


def test_text_before_a_frame_needs_no_end_of_line():
    assert [message.text for message in messages(b"no newline" + frame("framed"))] == ["no newline", "framed"]


def test_bytes_that_are_no_utf8_do_not_stop_the_log():
    assert messages(b"caf\xe9\n")[0].text == "caf\N{REPLACEMENT CHARACTER}"


def test_a_frame_that_was_cut_off_is_still_shown():
    cut = frame("the process was killed here")[:-4]
    assert "the process was killed" in messages(cut)[0].text
