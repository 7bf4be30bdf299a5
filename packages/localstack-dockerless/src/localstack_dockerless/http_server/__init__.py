"""Provides the HTTP server below LocalStack: every request gets an answer, a malformed one too.

start.py     sets the function that judges requests to HTTP APIs; `patches/server_*.py` replace Twisted's server
channel.py   serves a client's connection
head.py      judges the head of a request
"""
