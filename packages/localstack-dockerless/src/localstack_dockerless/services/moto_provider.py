"""Makes a LocalStack provider of a service that moto has.

The class has a method for each operation of the botocore model, which calls moto. An operation that moto lacks is
refused by name. A subclass overrides the operations that moto answers differently from AWS. If such a method raises
`NotImplementedError`, LocalStack's `MotoFallbackDispatcher` still calls moto.
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
"""Is a method of the class. `coverage.py` reads its attribute `answers`, which a subclass's method lacks."""


def moto_provider(service: str, refused: Collection[str] = ()) -> type:
    """Returns a provider class for `service` (a botocore name such as `ecs`) whose every operation calls moto.

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
    """Returns the service that LocalStack's `@aws_provider()` functions need, with moto behind every operation."""
    return Service.for_provider(provider, dispatch_table_factory=MotoFallbackDispatcher)


def _to_moto(service: str, operation: str) -> Operation:
    def fall_through(self: Any, context: RequestContext, request: dict[str, Any]) -> Any:  # noqa: ARG001
        try:
            return call_moto(context)
        except NotImplementedError as error:
            raise _unsupported(service, operation) from error

    fall_through.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by this name
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
