"""The base of all errors that the launcher foresees. Standard library only."""


class ExpectedError(Exception):
    """A condition that was foreseen; the message says what is wrong and what to do."""
