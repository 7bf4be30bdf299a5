"""`make package` builds the zips that `terraform apply` sends to AWS, and keeps them under the release's name."""

import os

from artifacts import packages, releases, tfvars
from artifacts.paths import REPOSITORY
from local.front.values import checked
from local.launcher.settings import Settings


def package(_settings: Settings) -> int:
    """Builds the zips of `RELEASE` for `ARCHITECTURE`. The defaults are the values of `aws.tfvars`."""
    architecture = checked(os.environ, "ARCHITECTURE") or tfvars.value("aws", "cpu_architecture")
    release = checked(os.environ, "RELEASE") or tfvars.value("aws", "release")
    packages.build(architecture)
    releases.keep(release, architecture)
    for function in packages.FUNCTIONS:
        path = packages.zip_of(function, architecture, release)
        print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size / 2**20:.1f} MiB")
    return 0
