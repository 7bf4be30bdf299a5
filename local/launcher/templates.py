"""Templates: stacks as they were after their first apply, kept so that the next `make up` starts from one.

A template is found by its key, a hash of everything that the apply was made from. It holds what LocalStack saved of
itself, the database's folder, Terraform's state and outputs, and what the launcher remembers. A stack on other ports
can start from it too: Terraform's files are rewritten here, and LocalStack's state by LocalStack as it loads it.
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
from local.launcher.files import write_whole
from local.launcher.run_postgres import nameable_binaries
from local.launcher.settings import LOCAL, Settings
from local.launcher.state import State

KEPT = 4
"""So many templates stay, the last ones used. Each takes about 80 MB."""

_FOLDER = LOCAL / "templates"
_MANIFEST = "template.json"
_SEED = ("seed", "domain", "local/commands/seed.py", "requirements/project.txt")


def key(settings: Settings) -> str:
    """Of all that a stack is made from, apart from its name and its ports.

    The service's code is not part of it: its tasks start from the repository as it is now.
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
    """The template for such a stack, or None."""
    template = _FOLDER / key(settings)
    return template if (template / _MANIFEST).exists() else None


def place(settings: Settings, template: Path) -> None:
    """Make the template's content the stack's own. The stack holds nothing yet."""
    (template / _MANIFEST).touch()  # used last
    manifest = json.loads((template / _MANIFEST).read_text())
    ports = dict(zip(manifest["ports"], settings.ports, strict=True))
    settings.directory.mkdir(parents=True, exist_ok=True)
    shutil.copytree(template / "state", programs.saved_state(settings), symlinks=True)
    _copy(template / "postgres", settings.directory / "postgres")
    copy = terraform.refresh_copy(settings)
    for source, target in {
        template / "terraform.tfstate": copy / "terraform.tfstate",
        template / terraform.OUTPUTS: settings.directory / terraform.OUTPUTS,
        template / "pgpass": programs.password_file(settings),
    }.items():
        write_whole(target, moved(source.read_text(), ports), mode=0o600)
    State(**manifest["state"]).write(settings)


def keep(settings: Settings) -> None:
    """Keep the stack, which has just been applied and is saved, as a template. Raises `EngineError`.

    The database is copied while it runs: https://www.postgresql.org/docs/18/app-pgbasebackup.html
    """
    template = _FOLDER / key(settings)
    unfinished = template.with_name(f"{template.name}.{settings.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    shutil.copytree(programs.saved_state(settings), unfinished / "state", symlinks=True)
    _back_up_database(settings, unfinished / "postgres")
    for name in ("pgpass", terraform.OUTPUTS):
        shutil.copyfile(settings.directory / name, unfinished / name)
    shutil.copyfile(terraform.working_copy(settings) / "terraform.tfstate", unfinished / "terraform.tfstate")
    manifest = {"ports": settings.ports, "state": dataclasses.asdict(State.read(settings))}
    write_whole(unfinished / _MANIFEST, json.dumps(manifest, indent=2) + "\n")
    shutil.rmtree(template, ignore_errors=True)
    unfinished.replace(template)
    for old in _by_use()[KEPT:]:
        drop(old)


def drop(template: Path) -> None:
    """Killed at any moment, it leaves no half template that `find` would take for whole."""
    (template / _MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(template, ignore_errors=True)


def drop_all() -> int:
    """Drop every template; returns how many there were."""
    found = _by_use()
    for template in found:
        drop(template)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    return len(found)


def moved(text: str, ports: dict[int, int]) -> str:
    """`text` with the numbers of ports replaced where they stand alone or after an address's colon."""
    numbers = "|".join(map(str, ports))
    return re.sub(rf"(?<![\w.-])({numbers})(?![\w.-])", lambda found: str(ports[int(found[1])]), text)


def _by_use() -> list[Path]:
    """Every whole template, the last one used first."""
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


def _copy(source: Path, target: Path) -> None:
    """A rename ends it: a folder of that name is whole."""
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished)
    unfinished.rename(target)
