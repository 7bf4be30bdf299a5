"""The session by which a launcher knows that what it has applied is still there (`identity.py`)."""

from localstack_dockerless import identity
from localstack_dockerless.state.registries import keep

keep("", "session", identity.session, identity.set_session)
