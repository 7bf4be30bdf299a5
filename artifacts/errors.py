"""Defines the base of all errors that the build foresees. It needs only the standard library."""


class ArtifactError(Exception):
    """A foreseen error stops the build. The message says what is wrong and what to do."""
