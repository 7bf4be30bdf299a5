"""Declares the sessions' access keys and the recorded decisions to the saved state. Functions keep their keys."""

from localstack_dockerless.iam.authorization import RECORD
from localstack_dockerless.iam.sessions import SESSIONS
from localstack_dockerless.state.registries import keep

keep("", "sessions", SESSIONS.save, SESSIONS.load)
keep("", "record", RECORD.save, RECORD.load)
