"""Refuses functions that the process executor cannot run, with a message that names the unsupported setting."""

import platform
from collections.abc import Callable, Mapping
from typing import Any

from localstack_dockerless.services.lambda_.variables import RESERVED

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def machine_architecture() -> str:
    """Returns this machine's architecture in Lambda's words."""
    machine = platform.machine().lower()
    return ARCHITECTURES.get(machine, machine)


def refusal(parameters: Mapping[str, Any], missing_runtime: Callable[[str], str | None]) -> str | None:
    """Returns why a function with these parameters cannot run here, or None.

    Parameters
    ----------
    parameters
        The given parameters of CreateFunction, UpdateFunctionConfiguration or UpdateFunctionCode.
    missing_runtime
        Returns why this machine has no runtime such as "python3.13", or None.
    """
    reasons = [
        _unsupported_package(parameters),
        _unsupported_runtime(parameters, missing_runtime),
        _unsupported_feature(parameters),
        _reserved_variables(parameters),
    ]
    return next((reason for reason in reasons if reason), None)


def _unsupported_package(parameters: Mapping[str, Any]) -> str | None:
    code = parameters.get("Code") or {}
    if parameters.get("PackageType") == "Image" or code.get("ImageUri") or parameters.get("ImageUri"):
        return "PackageType Image is not supported by the emulator: functions run as processes from a zip package."
    if "hot-reload" in {code.get("S3Bucket"), parameters.get("S3Bucket")}:
        return "S3Bucket hot-reload is not supported by the emulator: deploy a zip package, as on AWS."
    return None


def _unsupported_runtime(parameters: Mapping[str, Any], missing_runtime: Callable[[str], str | None]) -> str | None:
    wanted = parameters.get("Runtime")
    reason = missing_runtime(wanted) if wanted else None
    return f"Runtime {wanted} is not supported by the emulator: {reason}." if reason else None


def _unsupported_feature(parameters: Mapping[str, Any]) -> str | None:
    refused = {
        "FileSystemConfigs": bool(parameters.get("FileSystemConfigs")),
        "SnapStart ApplyOn=PublishedVersions": _setting(parameters, "SnapStart", "ApplyOn") == "PublishedVersions",
        "CapacityProviderConfig": bool(parameters.get("CapacityProviderConfig")),
        "CodeSigningConfigArn": bool(parameters.get("CodeSigningConfigArn")),
        "DurableConfig": parameters.get("DurableConfig") is not None,
        "TenancyConfig": bool(parameters.get("TenancyConfig")),
    }
    for name, given in refused.items():
        if given:
            return f"{name} is not supported by the emulator's Lambda process executor."
    return None


def _reserved_variables(parameters: Mapping[str, Any]) -> str | None:
    """Returns Lambda's own refusal of reserved variables, or None."""
    variables = (parameters.get("Environment") or {}).get("Variables") or {}
    reserved = sorted(RESERVED & set(variables))
    if not reserved:
        return None
    return (
        "Lambda was unable to configure your environment variables because the environment variables you have "
        "provided contains reserved keys that are currently not supported for modification. "
        f"Reserved keys used in this request: {', '.join(reserved)}"
    )


def _setting(parameters: Mapping[str, Any], group: str, name: str) -> Any:
    return (parameters.get(group) or {}).get(name)


def too_large(size: int, invocation_type: str | None) -> str | None:
    """Returns why an invocation's payload of `size` bytes is refused, or None.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, or 1 MB when asynchronous. The
    texts are the service's own.
    """
    limit = 1024 * 1024 if invocation_type == "Event" else 6 * 1024 * 1024
    if size <= limit:
        return None
    if invocation_type == "Event":
        return f"{size} byte payload is too large for the Event invocation type (limit {limit} bytes)"
    return f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
