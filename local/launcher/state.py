"""Stores a stack's state between commands in `stack.json`, and computes the fingerprints of the applied files."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from artifacts.imports import reached
from artifacts.packages import FUNCTIONS, machine, manifest_of, sha256_of
from local.launcher import record, terraform
from local.launcher.files import write_whole
from local.launcher.settings import AGENT, PACKAGE, REPOSITORY, Settings

_SERVICE = ("service", str(AGENT), "requirements/service.txt")
# The plug-ins' documents and tests do not run, so they do not count.
_EMULATOR = (
    *(f"{PACKAGE}/src/localstack_dockerless", f"{PACKAGE}/pyproject.toml"),
    *("requirements/localstack.txt", "requirements/lambda.txt"),
)


@dataclass
class State:
    """Holds the state of a stack.

    `session` is the emulator's session. It is saved with the emulator's state. Another session means that the emulator
    has lost the applied resources. `applying` is true during an apply, and stays true if the apply is interrupted or
    killed. `healthy` is true once the service's tasks have been healthy in this session. `zips` holds the SHA-256 of
    the functions' code.
    """

    session: str = ""
    customers: int = 0
    applying: bool = False
    fingerprints: dict[str, str] = field(default_factory=dict)
    healthy: bool = False
    zips: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, settings: Settings) -> "State":
        found = record.content(settings)
        return cls(**found["state"]) if found else cls()

    def reset(self, session: str, emulator: str) -> None:
        """Resets the state for an empty emulator. `emulator` is the fingerprint of the plug-ins that it runs."""
        self.session, self.customers, self.applying, self.healthy = session, 0, False, False
        # the agents' containers outlive the emulator: an edited service must still reach them
        kept = {name: value for name, value in self.fingerprints.items() if name == "service"}
        self.fingerprints, self.zips = kept | {"emulator": emulator}, {}

    def forget(self, functions: Iterable[str]) -> None:
        """Forgets the code of `functions` before an update. An interrupted update leaves it unknown."""
        self.fingerprints.pop("terraform", None)
        self.zips = {name: code for name, code in self.zips.items() if name not in functions}

    def forget_all_applied(self) -> None:
        """Forgets all applied parts before an apply. An interrupted apply leaves them unknown."""
        self.forget(list(self.zips))
        self.fingerprints.pop("configuration", None)

    def write(self, settings: Settings) -> None:
        content = {"settings": dataclasses.asdict(settings), "state": dataclasses.asdict(self)}
        settings.directory.mkdir(parents=True, exist_ok=True)
        write_whole(settings.directory / record.FILE, json.dumps(content, indent=2) + "\n")


def service_fingerprint() -> str:
    """Returns the fingerprint of the files that the tasks run, with the part of `domain/` that the service imports."""
    files = [*_files(_SERVICE), *reached((REPOSITORY / "service").rglob("*.py"), REPOSITORY, "domain")]
    return _digest(files)


def emulator_fingerprint(further: Iterable[str] = ()) -> str:
    """Returns the fingerprint of the plug-ins. `further` names the engine's own files for the emulator."""
    return sources_fingerprint((*_EMULATOR, *further))


def configuration_fingerprint(settings: Settings) -> str:
    """Returns the fingerprint of Terraform's files and variables, which include the stack's settings.

    The functions' code is not part of it.
    """
    return _digest(terraform.source_files(), " ".join([machine(), *terraform.variables(settings)]))


def zip_hashes() -> dict[str, str]:
    """Returns the SHA-256 of each function's zip, without functions that have no zip."""
    return {name: sha256_of(name, machine()) for name in FUNCTIONS if manifest_of(name, machine()).exists()}


def terraform_fingerprint(settings: Settings) -> str:
    """Returns the fingerprint of the configuration and of the zips that it deploys."""
    return _digest([], f"{configuration_fingerprint(settings)} {json.dumps(zip_hashes())}")


def sources_fingerprint(parts: Iterable[str]) -> str:
    """Returns the fingerprint of `parts`, which are files and folders of the repository."""
    return _digest(_files(parts))


def _files(parts: Iterable[str]) -> list[Path]:
    """Returns the files of `parts`, which are files and folders of the repository. Markdown files do not count."""
    roots = [REPOSITORY / part for part in parts]
    found = [path for root in roots for path in (sorted(root.rglob("*")) if root.is_dir() else [root])]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"]


def _digest(files: Iterable[Path], salt: str = "") -> str:
    digest = hashlib.sha256(salt.encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(REPOSITORY)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
