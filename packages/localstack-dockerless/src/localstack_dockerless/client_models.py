"""Clients of one service share its model and its methods. `patches/client_models.py` says why."""

from collections.abc import Callable
from typing import Any

from botocore.model import ServiceModel

_models: dict[int, ServiceModel] = {}
_methods: dict[ServiceModel, dict[str, Callable[..., Any]]] = {}


def load_service_model(original: Any, self: Any, service_name: str, api_version: str | None = None) -> ServiceModel:
    """Returns the one model of a description. A loader reads a description once. The model keeps it in memory."""
    description = self._loader.load_service_model(service_name, "service-2", api_version=api_version)
    if id(description) not in _models:
        _models[id(description)] = original(self, service_name, api_version)
    return _models[id(description)]


def create_methods(original: Any, self: Any, service_model: ServiceModel) -> dict[str, Callable[..., Any]]:
    """Returns a copy, because handlers of botocore's events add to the methods of a client."""
    if service_model not in _methods:
        _methods[service_model] = original(self, service_model)
    return dict(_methods[service_model])
