"""Declares the session, by which a launcher recognises a LocalStack that still has its resources (`identity.py`)."""

from localstack_dockerless import identity
from localstack_dockerless.state.registries import keep

keep("", "session", identity.session, identity.set_session)
