"""LocalStack reads its index of services from a file, and never builds it in its own process.

The index says which service a request is for. 4.14.0 builds it from the models of all 400 services at the first
request of a new folder: 3 s on 2 cores, and the process then holds 285 MiB for as long as it runs.

`python -m localstack_dockerless.patches.service_catalog` builds the index once for a Python environment, as a step of
the installation. Without that step a process of its own builds it for LocalStack's cache folder.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from localstack.aws import spec

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack builds the index of all services in its own process, which holds 285 MiB from then on.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/aws/spec.py",
)


def of_environment() -> Path:
    """Returns the index file of this Python environment. Its name has LocalStack's and botocore's versions."""
    name: str = spec._get_catalog_filename()  # noqa: SLF001 -- it has no other interface
    return Path(sys.prefix, "var", "localstack-dockerless", name)


@PATCH.replaces("localstack.aws.spec:build_service_index_cache")
def read_from_file(_original: Any) -> Any:
    return _index


def _index(cache_file: str) -> spec.ServiceCatalogIndex:
    """Loads the environment's index. Without it, builds `cache_file`, which LocalStack reads at its next start.

    Raises `subprocess.CalledProcessError`. LocalStack then logs it and builds the index itself.
    """
    made = of_environment()
    if not made.exists():
        made = Path(cache_file)
        subprocess.run([sys.executable, "-m", __name__, made], check=True)
    return spec.load_service_index_cache(str(made))


def build(file: Path) -> None:
    """Writes the index atomically: another process may read the file meanwhile."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    spec.build_service_index_cache(str(unfinished))
    unfinished.replace(file)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else of_environment())
