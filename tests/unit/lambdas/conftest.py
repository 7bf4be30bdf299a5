"""Property tests have no deadline, so that a busy machine fails none of them."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None, database=None)
settings.load_profile("untimed")
