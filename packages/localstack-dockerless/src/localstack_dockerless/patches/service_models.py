"""Service models in memory have no documentation and are plain dictionaries."""

from typing import Any

from localstack_dockerless import service_models
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="botocore keeps the documentation of every operation and shape in memory.",
    source="https://github.com/boto/botocore/blob/develop/botocore/loaders.py",
)


@PATCH.replaces("botocore.loaders:JSONFileLoader._load_file")
def leave_documentation_out(_original: Any) -> Any:
    return service_models.load_file
