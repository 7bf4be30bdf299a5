"""Builds the Lambda zips: the function, the shared domain and the packages of its lock file, byte for byte the same
from the same sources, so that Terraform sees a change only where there is one.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import zipfile
from pathlib import Path

from local import environments
from local.stack import locks
from local.stack.errors import ExpectedError
from local.stack.files import write_whole
from local.stack.settings import LOCAL, REPOSITORY, Settings

FUNCTIONS = ("authorizer", "planner", "exporter", "enricher", "alerting", "publisher")
BUILT = REPOSITORY / "build" / "lambdas"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_LEFT_OUT = {"__pycache__", "bin"}  # compiled files and scripts that name the building machine's interpreter
_RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}  # of pip, not of the package


class PackagingError(ExpectedError):
    """A zip that cannot be built; the message holds what pip said."""


def machine() -> str:
    """`x86_64` or `aarch64`: this machine's, as Python's wheels name it."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)


def package(settings: Settings) -> int:
    """`make package`: the zips that `terraform apply` sends to AWS, for `ARCHITECTURE` (default: this machine's)."""
    asked = os.environ.get("ARCHITECTURE") or machine()
    architecture = {"arm64": "aarch64", "aarch64": "aarch64", "x86_64": "x86_64"}.get(asked)
    if architecture is None:
        raise PackagingError(f"ARCHITECTURE={asked!r}: use x86_64 or arm64")
    build(architecture)
    for function in FUNCTIONS:
        path = BUILT / f"{function}.zip"
        print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size / 2**20:.1f} MiB  {architecture}")
    return 0


def build(architecture: str | None = None) -> list[str]:
    """Build the zips whose sources changed, for Linux on `architecture`; returns the functions built.

    Two stacks that come up at once take turns.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    built = []
    with locks.held(BUILT / "lock", "make package"):
        for function in FUNCTIONS:
            if is_built(function, architecture):
                continue
            key = BUILT / f"{function}.key"
            key.unlink(missing_ok=True)  # killed between the two, a new zip would pass for one of the old sources
            _build(function, architecture or machine())
            write_whole(key, source_key(function, architecture or machine()))
            built.append(function)
    return built


def is_built(function: str, architecture: str | None = None) -> bool:
    """Whether its zip is there and made from the present sources."""
    stamp = BUILT / f"{function}.key"
    exists = (BUILT / f"{function}.zip").exists() and stamp.exists()
    return exists and stamp.read_text() == source_key(function, architecture or machine())


def source_key(function: str, architecture: str) -> str:
    """Changes when the function's zip would."""
    digest = hashlib.sha256(architecture.encode())
    digest.update(Path(__file__).read_bytes())
    for path, name in _sources(function):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    lock = _lock(function)
    digest.update(lock.read_bytes() if lock else b"")
    return digest.hexdigest()


def _build(function: str, architecture: str) -> None:
    files = _sources(function)
    lock = _lock(function)
    if lock:
        packages = _installed(lock, architecture)
        files += [(path, str(path.relative_to(packages))) for path in packages.rglob("*") if _belongs(path, packages)]
    unfinished = BUILT / f"{function}.zip.new"
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in sorted(files, key=lambda file: file[1]):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(BUILT / f"{function}.zip")


def _sources(function: str) -> list[tuple[Path, str]]:
    root = REPOSITORY / "lambdas"
    paths = [root / "__init__.py", *(root / "shared").rglob("*"), *(root / function).rglob("*")]
    return [(path, str(path.relative_to(REPOSITORY))) for path in sorted(paths) if _belongs(path, root)]


def _belongs(path: Path, root: Path) -> bool:
    inside = path.relative_to(root).parts
    return path.is_file() and not _LEFT_OUT.intersection(inside) and path.name not in _RECORDS


def _lock(function: str) -> Path | None:
    path = REPOSITORY / "requirements" / f"lambda-{function}.txt"
    return path if path.exists() else None


def _installed(lock: Path, architecture: str) -> Path:
    """The folder with the lock file's packages for Lambda's Linux, made once for each lock file."""
    key = hashlib.sha256(lock.read_bytes() + architecture.encode()).hexdigest()[:16]
    target = LOCAL / "lambda-packages" / key
    if target.exists():
        return target
    unfinished = target.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    # Lambda's Python 3.13 runs on Amazon Linux 2023, whose C library is glibc 2.34
    # https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    glibc = [f"manylinux_2_{minor}" for minor in range(34, 16, -1)] + ["manylinux2014"]
    pip = [
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--target",
        str(unfinished),
        "-r",
        str(lock),
    ]
    pip += ["--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:"]
    pip += ["--python-version=3.13", "--implementation=cp", *(f"--platform={tag}_{architecture}" for tag in glibc)]
    done = subprocess.run([str(environments.python_of("project")), *pip], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise PackagingError(f"the packages of {lock.name} could not be installed:\n{done.stderr}")
    unfinished.replace(target)
    return target
