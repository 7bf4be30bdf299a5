"""Turns a service that moto knows into a LocalStack provider.

The class made here has a method for each operation of the botocore model that hands it to moto, and names
the operation where moto lacks it. A subclass overrides those that moto answers differently from AWS; one
that raises `NotImplementedError` still gets moto's answer, by LocalStack's `MotoFallbackDispatcher`.
"""

from collections.abc import Callable, Collection
from typing import Any

from botocore import xform_name
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.spec import load_service
from localstack.services.moto import MotoFallbackDispatcher, call_moto
from localstack.services.plugins import Service

Operation = Callable[[Any, RequestContext, dict[str, Any]], Any]

BY_MOTO, REFUSED = "moto", "refused"
"""How a method made here answers: its attribute `answers`, which `coverage.py` reads. A subclass's method has none."""


def moto_provider(service: str, refused: Collection[str] = ()) -> type:
    """A provider class for `service` (a botocore name such as `ecs`) whose every operation falls to moto.

    `refused` are operations that moto would answer untruthfully: they get a 501 that names them.

    The methods carry botocore's Python names (`create_service`), so a subclass overrides one with
    `@handler("CreateService", expand=False) def create_service(self, context, request)`.
    """
    operations = {
        xform_name(name): _refusal(service, name) if name in refused else _to_moto(service, name)
        for name in load_service(service).operation_names
    }
    return type(f"Moto{service.title()}Provider", (), {"service": service, **operations})


def as_service(provider: Any) -> Service:
    """What LocalStack's `@aws_provider()` functions return, with moto behind every operation."""
    return Service.for_provider(provider, dispatch_table_factory=MotoFallbackDispatcher)


def _to_moto(service: str, operation: str) -> Operation:
    def fall_through(self: Any, context: RequestContext, request: dict[str, Any]) -> Any:  # noqa: ARG001
        try:
            return call_moto(context)
        except NotImplementedError as error:
            raise _unsupported(service, operation) from error

    fall_through.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by it
    vars(fall_through)["answers"] = BY_MOTO
    return handler(operation, expand=False)(fall_through)


def _refusal(service: str, operation: str) -> Operation:
    def refuse(self: Any, context: RequestContext, request: dict[str, Any]) -> Any:  # noqa: ARG001
        raise _unsupported(service, operation)

    refuse.__name__ = xform_name(operation)
    vars(refuse)["answers"] = REFUSED
    return handler(operation, expand=False)(refuse)


def _unsupported(service: str, operation: str) -> CommonServiceException:
    return CommonServiceException(
        "InternalFailure", f"{operation} of {service} is not supported by this emulator.", status_code=501
    )
