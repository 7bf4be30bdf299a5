"""Gives the server the judge of the HTTP APIs.

The patches `patches/server_*.py` replace Twisted's server with this one.
"""

from localstack_dockerless.http_server.channel import Answer, AnsweringChannel, Judge


def answer_every_request(judge: Judge, note: Answer) -> None:
    """Makes `AnsweringChannel` ask `judge` and `note` about each request. It is called at LocalStack's start."""
    AnsweringChannel.judge, AnsweringChannel.note = staticmethod(judge), staticmethod(note)
