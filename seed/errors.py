"""The base class of the errors that this library expects."""


class SeedError(Exception):
    """An expected error. The message says what is wrong and what to do."""
