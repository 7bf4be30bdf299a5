"""Keeps the parts of a release under its name, so that an apply of the name brings the release back.

build/lambdas/<release>/<architecture>/<function>.zip   the packages, each with its manifest
build/lambdas/<release>/image.json                      the digest of the service's image, once the image is pushed

`terraform/release.tf` reads the same folder.
"""

import json
import shutil
from pathlib import Path

from artifacts import packages
from artifacts.errors import ArtifactError


class ReleaseError(ArtifactError):
    """The release cannot be changed any more. The message says what to do."""


def keep(release: str, architecture: str) -> Path:
    """Copies the built packages of `architecture` into the release's folder, and returns their folder.

    A release whose image is pushed may run somewhere, so its packages stay. Raises `ReleaseError` if they would change.
    """
    folder = packages.BUILT / release / architecture
    changed = [function for function in packages.FUNCTIONS if _differs(function, architecture, release)]
    if changed and image_file(release).exists():
        names = ", ".join(changed)
        raise ReleaseError(f"release {release} is pushed, and its packages of {names} would change: name a new release")
    folder.mkdir(parents=True, exist_ok=True)
    for function in changed:
        manifest = packages.manifest_of(function, architecture, release)
        manifest.unlink(missing_ok=True)  # a package without a manifest does not count: a stop from here on leaves none
        shutil.copyfile(packages.zip_of(function, architecture), packages.zip_of(function, architecture, release))
        shutil.copyfile(packages.manifest_of(function, architecture), manifest)
    return folder


def image_file(release: str) -> Path:
    """Returns the file that names the digest of the release's image. It is there once the image is pushed."""
    return packages.BUILT / release / "image.json"


def note_image(release: str, digest: str) -> None:
    """Writes the digest of the pushed image, `sha256:` and 64 hexadecimal digits."""
    path = image_file(release)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"digest": digest}) + "\n")


def _differs(function: str, architecture: str, release: str) -> bool:
    try:
        kept = packages.sha256_of(function, architecture, release)
    except (FileNotFoundError, ValueError, KeyError):
        return True
    exists = packages.zip_of(function, architecture, release).exists()
    return not exists or kept != packages.sha256_of(function, architecture)
