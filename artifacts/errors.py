"""The base of all errors that the build foresees. Standard library only."""


class ArtifactError(Exception):
    """A condition that was foreseen; the message says what is wrong and what to do."""
