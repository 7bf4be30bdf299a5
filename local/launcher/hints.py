"""Commands that a message tells the user to run. They name the stack wherever it is not the default one.

Standard library only. `tests/unit/stack/test_hints.py` refuses a message that names a `make` command itself.
"""

DEFAULT_STACK = "dev"


def make(command: str, stack: str, **values: object) -> str:
    """The command as the user types it: `make("up", "two", PORT=4666)` is `make up STACK=two PORT=4666`."""
    named = {} if stack == DEFAULT_STACK else {"STACK": stack}
    return " ".join(["make", command, *(f"{name}={value}" for name, value in (named | values).items())])
