"""Gives the server the judge of the HTTP APIs.

The patches `patches/server_*.py` put the server in place of Twisted's.
"""

from localstack_dockerless.http_server.channel import Answer, AnsweringChannel, Judge


def answer_every_request(judge: Judge, note: Answer) -> None:
    """Called at LocalStack's start: from now on, `AnsweringChannel` asks the two about each request."""
    AnsweringChannel.judge, AnsweringChannel.note = staticmethod(judge), staticmethod(note)
