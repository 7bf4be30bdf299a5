"""Defines the base of all errors that the launcher foresees. It needs only the standard library."""


class ExpectedError(Exception):
    """A foreseen error stops the command. The message says what is wrong and what to do."""


class StackError(ExpectedError):
    """A step failed. The message says which step, why, and where its log is."""
