"""The HTTP server below LocalStack: every request gets an answer, a malformed one too.

start.py     gives the server the judge of the HTTP APIs; `patches/server_*.py` put it in place of Twisted's
channel.py   is the connection of a client
head.py      judges the head of a request
"""
