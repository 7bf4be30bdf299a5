"""Finds LocalStack's stores and moto's backends, and gives each a name that is the same in every process.

A name is the module and the variable that hold the container, with the account and the region: a loaded value refers to
the store that the service's code uses, not to a copy of it.
"""

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore
from localstack.state import AssetDirectory, StateVisitor
from moto.core.base_backend import BackendDict, BaseBackend

type Container = AccountRegionBundle | BackendDict


class CannotBeSavedError(Exception):
    """A service keeps its state in an object that this package does not know."""


@dataclass(frozen=True)
class Address:
    """Names a store or a backend."""

    module: str
    variable: str
    account: str
    region: str

    def find(self) -> Any:
        """Returns this process's store or backend, and makes it if it does not exist yet."""
        return container(self.module, self.variable)[self.account][self.region]


def container(module: str, variable: str) -> Any:
    return getattr(importlib.import_module(module), variable)


def all_of(services: Iterable[Any]) -> dict[tuple[str, str], Container]:
    """Returns the containers of LocalStack's services and all used backends of moto, by module and variable.

    Raises `CannotBeSavedError`.
    """
    visitor = _Collector()
    for service in services:
        service.accept_state_visitor(visitor)
    found = {id(each): each for each in (*visitor.found, *BackendDict._instances)}  # noqa: SLF001 -- moto's own list
    return {_name_of(each): each for each in found.values()}


def addresses(containers: Mapping[tuple[str, str], Container]) -> dict[int, Address]:
    """Returns the address of each store and backend, by its `id`."""
    return {
        id(each): Address(module, variable, account, region)
        for (module, variable), one in containers.items()
        for account, region, each in _each(one)
    }


def content(one: Container) -> Any:
    """Returns the stores or backends of a container, with the values that a bundle's stores share."""
    if isinstance(one, BackendDict):
        return [backend for _, _, backend in _each(one)]
    accounts = {account: regions._global for account, regions in dict.items(one)}  # noqa: SLF001
    return [store for _, _, store in _each(one)], accounts, one._universal  # noqa: SLF001


def fill(one: Container, value: Any) -> None:
    """Sets the values that a bundle's stores share. The stores have been filled while they were read."""
    if isinstance(one, BackendDict):
        return
    _, accounts, one._universal = value  # noqa: SLF001 -- no public access
    for account, shared in accounts.items():
        one[account]._global, one[account]._universal = shared, one._universal  # noqa: SLF001


def _each(one: Container) -> Iterator[tuple[str, str, BaseStore | BaseBackend]]:
    for account, regions in list(dict.items(one)):
        for region, each in list(dict.items(regions)):
            yield account, region, each


class _Collector(StateVisitor):  # type: ignore[misc]  # untyped here
    def __init__(self) -> None:
        self.found: list[Container] = []

    def visit(self, state_container: Any) -> None:
        if isinstance(state_container, AssetDirectory):
            return  # S3's and CloudWatch's files are registries, and no other folder holds a state without Docker
        if not isinstance(state_container, AccountRegionBundle | BackendDict):
            raise CannotBeSavedError(f"{state_container!r} is neither a store of LocalStack nor a backend of moto")
        self.found.append(state_container)


def _name_of(one: Container) -> tuple[str, str]:
    """Returns the module and variable of a container: LocalStack and moto keep it in the module of its class."""
    module = one.backend.__module__ if isinstance(one, BackendDict) else one.store.__module__
    for name in (module, module.rpartition(".")[0], *sys.modules):
        for variable, value in list(vars(sys.modules[name]).items()) if name in sys.modules else ():
            if value is one:
                return name, variable
    raise CannotBeSavedError(f"no variable of a module holds the container of {module}")
