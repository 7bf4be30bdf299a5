"""moto looks up a service's actions once, and not at every call.

Before each call moto 5.1.25 lists all methods of the service's class by `inspect.getmembers`, to see whether the
action is among them. That is a tenth of the time of a GetItem in DynamoDB, and more for EC2, which has 700 actions.
"""

from functools import cache

from moto.core import responses


def look_up_once() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another moto."""
    listed = responses.method_names_from_class
    responses.method_names_from_class = cache(lambda service: frozenset(listed(service)))
