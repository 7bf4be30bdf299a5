"""`make package` builds the zips that `terraform apply` sends to AWS."""

import os

from artifacts import packages, tfvars
from artifacts.paths import REPOSITORY
from local.front.values import checked
from local.launcher.settings import Settings


def package(_settings: Settings) -> int:
    """Builds the zips for `ARCHITECTURE` or, without it, for the processor that `aws.tfvars` names."""
    architecture = checked(os.environ, "ARCHITECTURE") or tfvars.value("aws", "cpu_architecture")
    packages.build(architecture)
    for function in packages.FUNCTIONS:
        path = packages.zip_of(function, architecture)
        print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size / 2**20:.1f} MiB")
    return 0
