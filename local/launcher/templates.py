"""A template is a copy of a stack after its first apply. The next `make up` starts from it.

A template is found by its key, a hash of everything that went into the apply. It holds LocalStack's saved state, the
database's folder, Terraform's state and outputs, and the launcher's record. A stack on other ports can start from it
too. This module rewrites the ports in Terraform's files. LocalStack rewrites them in its own state when it loads it.
"""

import dataclasses
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from local.launcher import programs, state, terraform
from local.launcher.engines.interface import EngineError
from local.launcher.files import remove_folder, write_whole
from local.launcher.run_postgres import nameable_binaries
from local.launcher.settings import LOCAL, Settings
from local.launcher.state import State

KEPT = 4
"""This number of templates is kept, the last used ones. Each takes about 80 MB."""

_FOLDER = LOCAL / "templates"
_MANIFEST = "template.json"
_SEED = ("seed", "domain", "local/commands/seed.py", "requirements/project.txt")


def key(settings: Settings) -> str:
    """Returns the key of the template for a stack: a hash of its sources and settings, without its name and ports.

    The service's code is not part of the key, because the tasks start from the present repository.
    """
    own = {"name", "port"}
    given = {name: value for name, value in dataclasses.asdict(settings).items() if name not in own}
    parts = [
        json.dumps(given, sort_keys=True),
        state.terraform_fingerprint(settings),
        state.emulator_fingerprint(),
        state.sources_fingerprint(_SEED),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def find(settings: Settings) -> Path | None:
    """Returns the template for such a stack, or None."""
    template = _FOLDER / key(settings)
    return template if (template / _MANIFEST).exists() else None


def place(settings: Settings, template: Path) -> None:
    """Copies the template's content into the stack, which holds nothing yet."""
    (template / _MANIFEST).touch()  # its time says when the template was last used
    manifest = json.loads((template / _MANIFEST).read_text())
    # A template of an earlier version has no port of the console, which is the last one.
    ports = dict(zip(manifest["ports"], settings.ports, strict=False))
    settings.directory.mkdir(parents=True, exist_ok=True)
    shutil.copytree(template / "state", programs.saved_state(settings), symlinks=True)
    shutil.copytree(template / "postgres", settings.directory / "postgres")
    copy = terraform.refresh_copy(settings)
    for source, target in {
        template / "terraform.tfstate": copy / "terraform.tfstate",
        template / terraform.OUTPUTS: settings.directory / terraform.OUTPUTS,
        template / "pgpass": programs.password_file(settings),
    }.items():
        write_whole(target, moved(source.read_text(), ports), mode=0o600)
    State(**manifest["state"]).write(settings)


def keep(settings: Settings) -> None:
    """Keeps the stack as a template. It has just been applied and saved. Raises `EngineError`.

    The database is copied while it runs: https://www.postgresql.org/docs/18/app-pgbasebackup.html
    """
    template = _FOLDER / key(settings)
    unfinished = template.with_name(f"{template.name}.{settings.name}.new")
    remove_folder(unfinished)
    unfinished.mkdir(parents=True, mode=0o700)
    shutil.copytree(programs.saved_state(settings), unfinished / "state", symlinks=True)
    _back_up_database(settings, unfinished / "postgres")
    for name in ("pgpass", terraform.OUTPUTS):
        shutil.copyfile(settings.directory / name, unfinished / name)
    shutil.copyfile(terraform.working_copy(settings) / "terraform.tfstate", unfinished / "terraform.tfstate")
    manifest = {"ports": settings.ports, "state": dataclasses.asdict(State.read(settings))}
    write_whole(unfinished / _MANIFEST, json.dumps(manifest, indent=2) + "\n")
    remove_folder(template)
    unfinished.replace(template)
    for old in _by_use()[KEPT:]:
        drop(old)


def drop(template: Path) -> None:
    """Deletes the template, the manifest first. So `find` never finds a half-deleted template, even after a kill."""
    (template / _MANIFEST).unlink(missing_ok=True)
    remove_folder(template)


def drop_all() -> int:
    """Deletes every template. Returns their number."""
    found = _by_use()
    for template in found:
        drop(template)
    remove_folder(_FOLDER)
    return len(found)


def moved(text: str, ports: dict[int, int]) -> str:
    """Returns `text` with the ports replaced, if their numbers stand alone or after the colon of an address."""
    numbers = "|".join(map(str, ports))
    return re.sub(rf"(?<![\w.-])({numbers})(?![\w.-])", lambda found: str(ports[int(found[1])]), text)


def _by_use() -> list[Path]:
    """Returns every whole template, the last used template first."""
    return sorted(
        (manifest.parent for manifest in _FOLDER.glob(f"*/{_MANIFEST}")),
        key=lambda template: (template / _MANIFEST).stat().st_mtime,
        reverse=True,
    )


def _back_up_database(settings: Settings, target: Path) -> None:
    program = nameable_binaries(programs.runtime_directory(settings)) / "pg_basebackup"
    done = subprocess.run(
        [program, f"--dbname={programs.superuser_url(settings)}", f"--pgdata={target}", "--checkpoint=fast"],
        env=programs.environment(settings),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise EngineError(f"the database could not be copied for the template: {done.stderr or done.stdout}")
