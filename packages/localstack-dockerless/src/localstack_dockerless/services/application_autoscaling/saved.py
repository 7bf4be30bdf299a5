"""Declares the tags of scalable targets, which moto lacks, to the saved state."""

from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS

from localstack_dockerless.state.registries import keep


def _provider() -> Any:
    return SERVICE_PLUGINS.get_service("application-autoscaling")._provider  # noqa: SLF001 -- no public access


def _save() -> dict[str, dict[str, str]]:
    return {arn: dict(tags) for arn, tags in list(_provider().tags.items())}


def _load(saved: dict[str, dict[str, str]]) -> None:
    _provider().tags = saved


keep("application-autoscaling", "tags", _save, _load)
