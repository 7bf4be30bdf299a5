"""moto looks up a service's actions once, and not at every call.

Before each call moto 5.1.25 lists all methods of the service's class by `inspect.getmembers`, to look for the
action. This takes 10 % of the time of a GetItem in DynamoDB, and more for EC2, which has 700 actions.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="moto lists all methods of the service's class before each call.",
    source="https://github.com/getmoto/moto/blob/5.1.22/moto/core/responses.py",
)


@PATCH.replaces("moto.core.responses:method_names_from_class")
def look_up_once(listed: Any) -> Callable[[type], frozenset[str]]:
    return cache(lambda service: frozenset(listed(service)))
