"""Reads single values of `terraform/environments/*.tfvars`. It needs only the standard library."""

import re

from artifacts.paths import REPOSITORY

ENVIRONMENTS = REPOSITORY / "terraform" / "environments"


def value(environment: str, name: str) -> str:
    """Returns the value of `name` in the file of `environment` ("aws" or "local"). Raises `LookupError` without one."""
    path = ENVIRONMENTS / f"{environment}.tfvars"
    pattern = rf"""^{re.escape(name)}\s*=\s*(?:"(?P<text>[^"]*)"|(?P<number>[\w.]+))"""
    found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise LookupError(f"{path.name} does not set {name}")
    return found["text"] if found["text"] is not None else found["number"]
