"""The base of the errors that this library foresees."""


class SeedError(Exception):
    """A condition that was foreseen; the message says what is wrong and what to do."""
