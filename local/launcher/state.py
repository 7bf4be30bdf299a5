"""What the launcher remembers of a stack between commands: `stack.json`, and fingerprints of what it last applied."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from artifacts.packages import FUNCTIONS, machine, manifest_of
from local.launcher import record, terraform
from local.launcher.files import write_whole
from local.launcher.settings import AGENT, REPOSITORY, Settings

_SERVICE = ("service", "domain", str(AGENT), "requirements/service.txt")
_EMULATOR = ("packages/localstack-dockerless", "requirements/localstack.txt", "requirements/lambda.txt")


@dataclass
class State:
    """`session` is the emulator's: another one means that it has forgotten all that was applied.

    `applying` is true from an apply's begin to its end, and stays so where it was interrupted or killed. `healthy` is
    true once the service's tasks have been healthy in that session.
    """

    session: str = ""
    customers: int = 0
    applying: bool = False
    fingerprints: dict[str, str] = field(default_factory=dict)
    healthy: bool = False

    @classmethod
    def read(cls, settings: Settings) -> "State":
        found = record.content(settings)
        return cls(**found["state"]) if found else cls()

    def begin_anew(self, session: str, emulator: str) -> None:
        """The emulator has started and holds nothing; `emulator` is the fingerprint of what it runs."""
        self.session, self.customers, self.applying, self.healthy = session, 0, False, False
        # a container's image outlives the emulator: agents with an edited service are still to be renewed
        kept = {name: value for name, value in self.fingerprints.items() if name == "service"}
        self.fingerprints = kept | {"emulator": emulator}

    def write(self, settings: Settings) -> None:
        content = {"settings": dataclasses.asdict(settings), "state": dataclasses.asdict(self)}
        settings.directory.mkdir(parents=True, exist_ok=True)
        write_whole(settings.directory / record.FILE, json.dumps(content, indent=2) + "\n")


def service_fingerprint() -> str:
    return _digest(REPOSITORY / part for part in _SERVICE)


def emulator_fingerprint(further: Iterable[str] = ()) -> str:
    """`further`: the engine's own files that the emulator is made from."""
    return _digest(REPOSITORY / part for part in (*_EMULATOR, *further))


def terraform_fingerprint(settings: Settings) -> str:
    """Of the configuration, the zips that it deploys and the settings that it is given."""
    zips = [manifest_of(function, machine()) for function in FUNCTIONS]
    return _digest([*terraform.source_files(), *zips], f"{settings.admin_email} {settings.log_level}")


def _digest(parts: Iterable[Path], salt: str = "") -> str:
    digest = hashlib.sha256(salt.encode())
    for part in parts:
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(REPOSITORY)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
