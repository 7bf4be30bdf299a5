"""`make sbom` lists the components of a release in CycloneDX 1.6: of the image and of each function's package.

build/lambdas/<release>/sbom/image.cdx.json
build/lambdas/<release>/sbom/<function>.cdx.json

The lists come from the lock files, which alone say what is installed: `pip` installs nothing else (`--require-hashes`,
`--no-deps`). A component has its version and the hashes of the files that `pip` may take for it. The list of the image
names its base, and not the packages of the base's Debian. The same release always gives the same list.
https://cyclonedx.org/docs/1.6/json/
"""

import base64
import json
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from artifacts import packages, releases, tfvars
from artifacts.paths import REPOSITORY
from local.front.values import checked
from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings

_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ \\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:(?P<hash>[0-9a-f]{64})")
_NEEDED_BY = re.compile(r"^    #(?: via |   )(?P<name>[A-Za-z0-9._-]+)$", re.MULTILINE)
_ASKED_FOR = re.compile(r"^    #(?: via |   )-r \S+\.in$", re.MULTILINE)
_BASE = re.compile(r"^ARG PYTHON_IMAGE=(?P<name>[^:\s]+):(?P<tag>\S+)$", re.MULTILINE)
_NAMESPACE = uuid.UUID("5b0c8f4e-6a8e-4b5e-9c0e-6f1c4d0f7a11")
"""The lists' serial numbers are hashes in this namespace, which was drawn once."""


class SbomError(ExpectedError):
    """The list cannot be made. The message says why."""


@dataclass(frozen=True)
class Package:
    """A package of a lock file. `needed_by` has the packages that need it. The `.in` file may ask for it too."""

    name: str
    version: str
    hashes: tuple[str, ...]
    needed_by: tuple[str, ...]
    is_asked_for: bool


def sbom(_settings: Settings) -> int:
    """Writes the lists of `RELEASE`, whose packages are built for `ARCHITECTURE`. The defaults are of `aws.tfvars`."""
    architecture = checked(os.environ, "ARCHITECTURE") or tfvars.value("aws", "cpu_architecture")
    release = checked(os.environ, "RELEASE") or tfvars.value("aws", "release")
    for path, text in [*lists(release, architecture)]:  # all or none
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(REPOSITORY))
    return 0


def lists(release: str, architecture: str) -> Iterator[tuple[Path, str]]:
    """Yields the file and the text of each list. Raises `SbomError` where a package is not built."""
    folder = packages.BUILT / release / "sbom"
    requirements = REPOSITORY / "requirements"
    image = _component("energy-service", release, ComponentType.CONTAINER, _image_digest(release))
    locked = [*read_lock((requirements / "service.txt").read_text(encoding="utf-8"))]
    yield folder / "image.cdx.json", written(image, locked, [_base()])
    for function in packages.FUNCTIONS:
        component = _component(
            f"energy-{function}", release, ComponentType.APPLICATION, _zip_digest(function, architecture, release)
        )
        lock = requirements / f"lambda-{function}.txt"  # the function authorizer needs no package, so it has none
        locked = [*read_lock(lock.read_text(encoding="utf-8"))] if lock.exists() else []
        yield folder / f"{function}.cdx.json", written(component, locked)


def read_lock(text: str) -> Iterator[Package]:
    """Yields the packages of a lock file with hashes, as `make lock` writes it."""
    found = [*_PINNED.finditer(text)]
    for start, end in zip(found, [*(match.start() for match in found[1:]), len(text)], strict=True):
        block = text[start.start() : end]
        needed_by = tuple(match["name"] for match in _NEEDED_BY.finditer(block))
        hashes = tuple(match["hash"] for match in _HASH.finditer(block))
        asked_for = _ASKED_FOR.search(block) is not None
        yield Package(start["name"], start["version"], hashes, needed_by, asked_for)


def written(root: Component, locked: Sequence[Package], others: Sequence[Component] = ()) -> str:
    """Returns the list of a component as JSON: its packages, and which of them needs which."""
    components = {package.name: _of_package(package) for package in locked}
    bom = Bom(components=[*components.values(), *others], metadata=BomMetaData(component=root))
    bom.metadata.timestamp = None  # type: ignore[assignment]  # the time of a build would make each list another one
    names = f"{root.name}@{root.version}" + "".join(f"\n{package.name}@{package.version}" for package in locked)
    bom.serial_number = uuid.uuid5(_NAMESPACE, names)
    needs: dict[str, list[Component]] = {name: [] for name in components}
    for package in locked:
        for name in package.needed_by:
            needs[name].append(components[package.name])
    asked = [components[package.name] for package in locked if package.is_asked_for]
    bom.register_dependency(root, [*asked, *others])
    for name, component in components.items():
        bom.register_dependency(component, needs[name])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _of_package(package: Package) -> Component:
    purl = PackageURL("pypi", name=package.name, version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=str(purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes],
    )


def _component(name: str, release: str, kind: ComponentType, digest: str) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)] if digest else []
    return Component(name=name, version=release, type=kind, bom_ref=f"{name}@{release}", hashes=hashes)


def _base() -> Component:
    found = _BASE.search((REPOSITORY / "service" / "Dockerfile").read_text(encoding="utf-8"))
    if found is None:
        raise SbomError("service/Dockerfile does not name its base as `ARG PYTHON_IMAGE=<name>:<tag>`")
    purl = PackageURL("docker", name=found["name"], version=found["tag"])
    return Component(
        name=found["name"], version=found["tag"], type=ComponentType.CONTAINER, purl=purl, bom_ref=str(purl)
    )


def _image_digest(release: str) -> str:
    """Returns the hash of the image's manifest, or '' before the image is built."""
    path = releases.image_file(release)
    return str(json.loads(path.read_text())["digest"]).removeprefix("sha256:") if path.exists() else ""


def _zip_digest(function: str, architecture: str, release: str) -> str:
    try:
        return base64.b64decode(packages.sha256_of(function, architecture, release)).hex()
    except FileNotFoundError:
        raise SbomError(
            f"release {release} has no package of {function}: `make package RELEASE={release} "
            f"ARCHITECTURE={architecture}` builds it"
        ) from None
