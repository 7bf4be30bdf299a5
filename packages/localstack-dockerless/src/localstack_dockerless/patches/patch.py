"""Describes one change to LocalStack, or to a library that LocalStack brings: its reason, moment and targets.

A module of this folder makes one `PATCH` and adds its changes to it with three decorators. A target is the address of
an object, such as `localstack.services.sqs.models:SqsQueue.update_visibility_timeout`. It is a text, so that a patch
of a service imports nothing of the service before the service is used: Step Functions alone takes 3 s to import.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any, TypeVar

from localstack.utils.patch import create_patch_proxy

START = "start"
"""The moment before LocalStack's server listens.

Every other moment is botocore's name of a service, such as `events`: the patch is applied before the first call of that
service.
"""

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Condition:
    """Tells whether a patch applies. `text` completes the sentence "The patch is applied if ..."."""

    text: str
    holds: Callable[[], bool]


@dataclass
class Change:
    """Holds one target. `make` gets the target's present value and returns the new one.

    `is_new`: the owner lacks the attribute, and `make` gets None.
    """

    target: str
    make: Callable[[Any], Any]
    is_new: bool = False

    def apply(self) -> None:
        """Applies the change. Raises `ImportError` or `AttributeError` if the target does not exist."""
        owner, name = self.owner(), self.name
        setattr(owner, name, self.make(None if self.is_new else getattr(owner, name)))

    def owner(self) -> Any:
        """Returns the module or the class that holds the target."""
        module, _, path = self.target.partition(":")
        inside = path.rpartition(".")[0]
        return resolve_name(f"{module}:{inside}" if inside else module)

    @property
    def name(self) -> str:
        """Returns the target's name in its owner."""
        return self.target.partition(":")[2].rpartition(".")[2]


@dataclass
class Patch:
    """Holds a patch. `why` tells what LocalStack does without it. `source` describes the right behaviour."""

    why: str
    source: str
    when: str = START
    only_if: Condition | None = None
    changes: list[Change] = field(default_factory=list)

    def wraps(self, target: str) -> Callable[[Function], Function]:
        """Calls the decorated function instead of the function at `target`, which is its first argument."""
        return self._keep(target, lambda function: lambda original: create_patch_proxy(original, function))

    def replaces(self, target: str) -> Callable[[Function], Function]:
        """Replaces `target` with the result of the decorated function. It gets the present value and may change it."""
        return self._keep(target, lambda function: function)

    def adds(self, target: str) -> Callable[[Function], Function]:
        """Makes the decorated function a method, if the class has none of that name."""
        return self._keep(target, lambda function: lambda _nothing: function, is_new=True)

    def apply(self) -> None:
        """Applies every change, in the order of their addition."""
        for change in self.changes:
            change.apply()

    def _keep(
        self, target: str, maker: Callable[[Any], Callable[[Any], Any]], *, is_new: bool = False
    ) -> Callable[[Function], Function]:
        def keep(function: Function) -> Function:
            self.changes.append(Change(target, maker(function), is_new))
            return function

        return keep
