"""Runs Terraform against the local stack: always in a working copy, always through tflocal, never in `terraform/`.

tflocal writes an override file beside the configuration, and Terraform writes its state there. In a copy, no later
`terraform apply` to AWS can read these files, even after an interrupted run.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from artifacts import locks
from artifacts.packages import BUILT, machine
from local.launcher.errors import ExpectedError
from local.launcher.files import write_whole
from local.launcher.hints import DEFAULT_STACK, WITH_DOCKER_ALONE, make
from local.launcher.settings import LOCAL, REPOSITORY, Settings
from local.launcher.terraform_environment import environment

SOURCE = REPOSITORY / "terraform"
OUTPUTS = "outputs.json"
Event = dict[str, Any]


class TerraformError(ExpectedError):
    """A Terraform command failed. The message holds its diagnostics and the path of its log."""


def working_copy(settings: Settings) -> Path:
    return settings.directory / "terraform"


def refresh_copy(settings: Settings) -> Path:
    """Makes the copy's configuration equal to `terraform/`. Terraform's own files in the copy stay.

    It also deletes an override file of a killed tflocal, because tflocal refuses to start with such a file.
    """
    copy = working_copy(settings)
    copy.mkdir(parents=True, exist_ok=True)
    wanted = {path.relative_to(SOURCE) for path in source_files()}
    for old in [path for path in copy.rglob("*.tf*") if path.is_file() and ".terraform" not in path.parts]:
        if old.suffix in (".tf", ".tfvars") and old.relative_to(copy) not in wanted:
            old.unlink()
    for relative in wanted:
        target = copy / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != (SOURCE / relative).read_bytes():
            shutil.copyfile(SOURCE / relative, target)
    return copy


def source_files() -> list[Path]:
    """Returns the files of Terraform's configuration: the files of `terraform/` that git would hold."""
    return sorted(
        path
        for path in SOURCE.rglob("*")
        if path.is_file()
        and ".terraform" not in path.relative_to(SOURCE).parts
        and not path.name.endswith("_override.tf")
        and ".tfstate" not in path.name
    )


def forget(settings: Settings) -> None:
    """Deletes Terraform's state and outputs, because the resources in them are gone."""
    for path in [*working_copy(settings).glob("*.tfstate*"), settings.directory / OUTPUTS]:
        path.unlink(missing_ok=True)


def init(settings: Settings) -> None:
    """Downloads the modules and the provider, unless a complete init of the present configuration exists."""
    copy = refresh_copy(settings)
    if _same_init(copy):
        return
    shutil.rmtree(copy / ".terraform", ignore_errors=True)  # a killed init may have left files
    # Terraform's cache of providers is not safe for two inits at once. An incomplete provider in the cache is
    # downloaded again, because its checksum differs from the lock file's.
    # https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    with locks.held(LOCAL / "terraform-init.lock", make("up", settings.name)):
        # the lock file is read-only: a provider that differs from the recorded one is refused
        run(settings, "init", "-input=false", "-no-color", "-lockfile=readonly", downloads=True)
    write_whole(copy / ".terraform" / "initialised", _init_key())


def apply(settings: Settings, on_event: Callable[[Event], None]) -> None:
    """Applies everything. `on_event` gets Terraform's machine-readable events. Raises `TerraformError`."""
    flat = {name: output["value"] for name, output in _change(settings, "apply", on_event).items()}
    write_whole(settings.directory / OUTPUTS, json.dumps(flat, indent=2) + "\n")


def destroy(settings: Settings, on_event: Callable[[Event], None]) -> None:
    """Destroys everything in Terraform's state. Raises `TerraformError`."""
    _change(settings, "destroy", on_event)


def _change(settings: Settings, command: str, on_event: Callable[[Event], None]) -> dict[str, Any]:
    """Runs `apply` or `destroy`. Returns Terraform's outputs as its events have them."""
    log = settings.logs / f"terraform-{command}.log"
    errors = []
    outputs: dict[str, Any] = {}

    def collect(event: Event) -> None:
        if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error":
            errors.append(_readable(event["diagnostic"]))
        if event.get("type") == "outputs":
            outputs.update(event["outputs"])
        on_event(event)

    # Many resources only wait. With Terraform's own limit of 10, the database would wait for the queues.
    arguments = [command, "-input=false", "-auto-approve", "-json", "-parallelism=60", *variables(settings)]
    if _stream(settings, arguments, log, collect) != 0:
        raise TerraformError("\n".join(errors or [f"terraform {command} ended early"]) + f"\nlog: {log}")
    return outputs


def plan(settings: Settings) -> tuple[int, str]:
    """Runs a plan. Returns the exit code (0 no change, 1 error, 2 changes) and Terraform's output."""
    done = _tflocal(settings, "plan", "-input=false", "-no-color", "-detailed-exitcode", *variables(settings))
    return done.returncode, done.stdout + done.stderr


def read_state(settings: Settings) -> dict[str, Any]:
    """Returns Terraform's state, or an empty dictionary if there is none.

    https://developer.hashicorp.com/terraform/internals/json-format
    """
    try:
        found: dict[str, Any] = json.loads((working_copy(settings) / "terraform.tfstate").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def write_state(settings: Settings, content: dict[str, Any]) -> None:
    """Writes `content`, a state of `read_state` with changed attributes, as the successor of the present state.

    Terraform itself writes it under its lock. It refuses `content` if the present state has changed since it was read.
    Afterwards `content` has the new serial and can be changed and written again. Raises `TerraformError`.
    """
    content["serial"] += 1
    pushed = working_copy(settings) / "pushed.json"
    write_whole(pushed, json.dumps(content), mode=0o600)
    try:
        done = subprocess.run(
            ["terraform", "state", "push", "-no-color", pushed.name],  # it needs no provider, so not tflocal
            cwd=working_copy(settings),
            env=environment(settings),
            check=False,
            capture_output=True,
            text=True,
        )
    finally:
        pushed.unlink()
    if done.returncode != 0:
        raise TerraformError(f"terraform state push failed: {done.stderr.strip()}")
    content["serial"] = read_state(settings)["serial"]


def run(settings: Settings, *arguments: str, downloads: bool = False) -> str:
    """Runs a command and returns its standard output. Raises `TerraformError` with its standard error."""
    done = _tflocal(settings, *arguments, downloads=downloads)
    if done.returncode != 0:
        raise TerraformError(f"terraform {arguments[0]} failed:\n{done.stderr or done.stdout}")
    return done.stdout


def _stream(settings: Settings, arguments: list[str], log: Path, on_event: Callable[[Event], None]) -> int:
    """Runs a command with `-json`, passes its events on and writes its output to `log`. Returns its exit code.

    After an interrupt, Terraform first finishes its present calls and saves its state. Then `KeyboardInterrupt` is
    raised.
    """
    refresh_copy(settings)
    process = subprocess.Popen(
        command(*arguments),
        cwd=working_copy(settings),
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Otherwise the terminal and tflocal would each send an interrupt. Terraform drops its state at the second one.
        start_new_session=True,
    )
    with log.open("w") as out, process:
        try:
            _hand_on(process, out, on_event)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            _hand_on(process, out, on_event)
            raise
    return process.returncode


def _hand_on(process: subprocess.Popen[str], out: TextIO, on_event: Callable[[Event], None]) -> None:
    for line in process.stdout or ():
        out.write(line)
        if line.startswith("{"):
            on_event(json.loads(line))


def _tflocal(settings: Settings, *arguments: str, downloads: bool = False) -> subprocess.CompletedProcess[str]:
    refresh_copy(settings)
    return subprocess.run(
        command(*arguments),
        cwd=working_copy(settings),
        env=environment(settings, downloads=downloads),
        check=False,
        capture_output=True,
        text=True,
    )


def command(*arguments: str) -> list[str]:
    """Returns the command line of tflocal with `arguments`. Its caller uses `environment` and `working_copy`.

    Raises `TerraformError` if Terraform is not installed.
    """
    require()
    # Python runs the script: the script's first line cannot name an interpreter whose path is long or has a space
    return [sys.executable, str(Path(sys.executable).parent / "tflocal"), *arguments]


def require() -> None:
    """Raises `TerraformError` if Terraform is not installed."""
    if shutil.which("terraform") is None:
        doctor = make("doctor", DEFAULT_STACK)  # the command is about the machine and uses no stack
        raise TerraformError(
            f"Terraform 1.11 or later is not on the PATH: `{doctor}` says how to install it. {WITH_DOCKER_ALONE}"
        )


def variables(settings: Settings) -> list[str]:
    """Returns the stack's variables for Terraform: the names and sizes, the zips, the processor."""
    return [
        f"-var-file=environments/{settings.tfvars}.tfvars",
        f"-var=lambda_packages_dir={os.path.relpath(BUILT, working_copy(settings))}",
        f"-var=repository_dir={os.path.relpath(REPOSITORY, working_copy(settings))}",
        f"-var=cpu_architecture={machine()}",
        f"-var=admin_email={settings.admin_email}",
        f"-var=log_level={settings.log_level}",
        f"-var=customer_notifications={settings.customer_notifications}",
        *(f"-var={value}" for value in settings.values.split()),
    ]


def _same_init(copy: Path) -> bool:
    stamp = copy / ".terraform" / "initialised"
    return stamp.exists() and stamp.read_text() == _init_key()


def _init_key() -> str:
    """Returns what `terraform init` depends on: the providers, the folders, and the root's files that call modules."""
    modules = sorted(str(path.parent.relative_to(SOURCE)) for path in SOURCE.rglob("*.tf"))
    roots = [text for path in sorted(SOURCE.glob("*.tf")) if 'module "' in (text := path.read_text())]
    return "\n".join([(SOURCE / ".terraform.lock.hcl").read_text(), *roots, *modules])


def _readable(diagnostic: Event) -> str:
    where = diagnostic.get("address") or (diagnostic.get("range") or {}).get("filename", "")
    return f"{where}: {diagnostic['summary']} {diagnostic.get('detail', '')}".strip()
