"""What the launcher remembers of a stack between commands: `stack.json`, and fingerprints of what it last applied."""

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
# Its documents and tests are no part of what runs.
_EMULATOR = (
    *(f"{PACKAGE}/src/localstack_dockerless", f"{PACKAGE}/pyproject.toml"),
    *("requirements/localstack.txt", "requirements/lambda.txt"),
)


@dataclass
class State:
    """`session` is the emulator's. Another one means that it holds nothing of what was applied. It keeps its session
    with its saved state.

    `applying` is true from an apply's begin to its end, and stays so where it was interrupted or killed. `healthy` is
    true once the service's tasks have been healthy in that session. `zips` are the SHA-256 of the functions' code.
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

    def begin_anew(self, session: str, emulator: str) -> None:
        """The emulator has started and holds nothing; `emulator` is the fingerprint of what it runs."""
        self.session, self.customers, self.applying, self.healthy = session, 0, False, False
        # a container's image outlives the emulator: agents with an edited service are still to be renewed
        kept = {name: value for name, value in self.fingerprints.items() if name == "service"}
        self.fingerprints, self.zips = kept | {"emulator": emulator}, {}

    def forget(self, functions: Iterable[str]) -> None:
        """The code of `functions` is about to change. Until that has ended well, nobody knows what they run."""
        self.fingerprints.pop("terraform", None)
        self.zips = {name: code for name, code in self.zips.items() if name not in functions}

    def forget_all_applied(self) -> None:
        """Terraform is about to apply. Until that has ended well, nobody knows what the stack holds."""
        self.forget(list(self.zips))
        self.fingerprints.pop("configuration", None)

    def write(self, settings: Settings) -> None:
        content = {"settings": dataclasses.asdict(settings), "state": dataclasses.asdict(self)}
        settings.directory.mkdir(parents=True, exist_ok=True)
        write_whole(settings.directory / record.FILE, json.dumps(content, indent=2) + "\n")


def service_fingerprint() -> str:
    """Of the files that the service's tasks run. It holds the part of the domain that the service imports."""
    files = [*_files(_SERVICE), *reached((REPOSITORY / "service").rglob("*.py"), REPOSITORY, "domain")]
    return _digest(files)


def emulator_fingerprint(further: Iterable[str] = ()) -> str:
    """`further`: the engine's own files that the emulator is made from."""
    return sources_fingerprint((*_EMULATOR, *further))


def configuration_fingerprint(settings: Settings) -> str:
    """Of all that Terraform is given but the functions' code: its files and variables, and the stack's settings."""
    return _digest(terraform.source_files(), " ".join([machine(), *terraform.variables(settings)]))


def zip_hashes() -> dict[str, str]:
    """The SHA-256 of each function's zip, where there is one."""
    return {name: sha256_of(name, machine()) for name in FUNCTIONS if manifest_of(name, machine()).exists()}


def terraform_fingerprint(settings: Settings) -> str:
    """Of the configuration, the zips that it deploys and the settings that it is given."""
    return _digest([], f"{configuration_fingerprint(settings)} {json.dumps(zip_hashes())}")


def sources_fingerprint(parts: Iterable[str]) -> str:
    """Of the files and folders `parts` of the repository."""
    return _digest(_files(parts))


def _files(parts: Iterable[str]) -> list[Path]:
    """The files of `parts`, which are files and folders of the repository. Texts for people are no code."""
    roots = [REPOSITORY / part for part in parts]
    found = [path for root in roots for path in (sorted(root.rglob("*")) if root.is_dir() else [root])]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"]


def _digest(files: Iterable[Path], salt: str = "") -> str:
    digest = hashlib.sha256(salt.encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(REPOSITORY)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
