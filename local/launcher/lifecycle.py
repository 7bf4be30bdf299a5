"""Implements `make up`, `deploy`, `stop`, `start`, `down` and `clean`.

Each command is a sequence of steps. A step runs only if something is missing or changed.
"""

import os

from local.launcher import changes as changes_of
from local.launcher import identity, record, templates, terraform
from local.launcher.changes import Changes
from local.launcher.console import step
from local.launcher.engines import all_engines, engine_of, resolve
from local.launcher.engines.embedded import Embedded
from local.launcher.engines.interface import EngineError
from local.launcher.errors import StackError
from local.launcher.files import remove_folder
from local.launcher.hints import make
from local.launcher.ports import described
from local.launcher.settings import Settings
from local.launcher.state import State
from local.launcher.steps import (
    bring_up,
    build_packages,
    is_applied,
    is_complete,
    record_settings,
    roll_service,
    start_processes,
    update_functions,
)
from local.observe.running import load


def up(settings: Settings) -> int:
    """Brings the stack up, or continues an interrupted `up`. A complete stack is not changed.

    A new stack starts from a template if there is one. Then Terraform applies the differences that it finds.
    """
    settings = resolve(settings)
    if is_complete(settings):
        changes = _changes(settings)
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
        if changes:
            hint = make("deploy", settings.name)
            print(f"Changed since the last deployment: {', '.join(changes.words())}. `{hint}` deploys the changes.")
        _welcome(settings)
        return 0
    print(f"Bringing up the stack {settings.name!r} ({settings.mode}) on 127.0.0.1, from port {settings.port} on")
    terraform.require()
    is_new = State.read(settings) == State()
    if is_new and not engine_of(settings).is_up():
        _drop_data(settings)  # a killed `up` may have left data
    record_settings(settings)
    build_packages()
    if is_new and _from_template(settings):
        _welcome(settings)
        return _prove(settings)
    bring_up(settings)
    if is_new:
        _keep_template(settings)
    _welcome(settings)
    return 0


def start(settings: Settings) -> int:
    """Brings a stopped stack back with everything that it held. Raises `StackError` if nothing was saved."""
    settings, hint = resolve(settings), make("up", settings.name)
    remembered = State.read(settings)
    if not is_applied(remembered):
        raise StackError(f"the stack {settings.name!r} is not complete: `{hint}` brings it up")
    if is_complete(settings):
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
    else:
        start_processes(settings, remembered)
        if not is_applied(remembered):
            raise StackError(
                f"LocalStack has no saved state of the stack {settings.name!r}: `{hint}` applies everything again"
            )
        roll_service(settings, remembered)
    _welcome(settings)
    return 0


def stop(settings: Settings) -> int:
    """Ends every process of the stack and keeps everything that the stack holds."""
    settings = resolve(settings)
    engine = engine_of(settings)
    if not engine.is_up():
        print(f"No process of the stack {settings.name!r} runs: nothing was changed.")
        return 0
    with step("Everything saved and ended"):
        engine.stop()
    print(f"The stack {settings.name!r} is stopped. `{make('start', settings.name)}` brings it back.")
    return 0


def clean(settings: Settings) -> int:
    """Does what `down` does, and removes all templates."""
    down(settings)
    print(f"Templates removed: {templates.drop_all()}")
    return 0


def _from_template(settings: Settings) -> bool:
    """Brings the new stack up from a template. Returns False if there is no usable template."""
    if os.environ.get("FRESH") == "1" or not (template := templates.find(settings)):
        return False
    with step("Template of an earlier stack copied"):
        templates.place(settings, template)
    try:
        remembered = State.read(settings)
        start_processes(settings, remembered)
    except identity.IdentityError as error:
        print(f"  The template cannot be used and is dropped: {error}")
        templates.drop(template)
        engine_of(settings).stop_all()
        _drop_data(settings)
        record_settings(settings)
        return False
    roll_service(settings, remembered)
    return True


def _keep_template(settings: Settings) -> None:
    """Keeps the stack as a template. A failure only makes the next `make up` slower, so it does not stop this one."""
    if not isinstance(engine_of(settings), Embedded):
        return
    with step("Template for the next start") as progress:
        try:
            templates.keep(settings)
        except (EngineError, OSError) as error:
            progress.note = f"not kept: {error}"


def _prove(settings: Settings) -> int:
    """Runs Terraform's plan over a stack from a template, and applies the differences."""
    print("\nThe stack came from a template and can be used. Terraform now compares it with its configuration.")
    with step("Terraform plan (tflocal)") as progress:
        terraform.init(settings)
        code, text = load(settings.name).plan()
        progress.note = {0: "no changes", 2: "changes, which are applied now"}.get(code, "failed")
    if code == 0:
        return 0
    if code == 1:
        raise StackError(f"terraform plan failed:\n{text}")
    remembered = State.read(settings)
    remembered.fingerprints.pop("terraform")
    remembered.write(settings)
    bring_up(settings)
    return 0


def _welcome(settings: Settings) -> None:
    from local.launcher import report  # noqa: PLC0415 -- it reads what was just made

    report.welcome(load(settings.name))


def deploy(settings: Settings) -> int:
    """Rebuilds, updates and restarts only the parts that were edited since the last `up` or `deploy`.

    Terraform applies only if something other than code differs.
    """
    settings = resolve(settings)
    load(settings.name)
    terraform.require()
    build_packages()
    changes = _changes(settings)
    if not changes:
        print("Nothing has changed since the last deployment.")
        return 0
    print(f"Changed: {', '.join(changes.words())}")
    if changes.functions and changes.only_code and is_complete(settings):
        updated = update_functions(settings, changes.functions)
        if updated and not changes.service:
            return 0
    if changes.emulator:
        return _renew_emulator(settings)
    bring_up(settings)
    return 0


def _renew_emulator(settings: Settings) -> int:
    """Restarts LocalStack with the edited plug-ins. If they cannot load its saved state, applies everything again."""
    engine = engine_of(settings)
    with step("LocalStack saved and ended"):
        engine.renew_emulator()
    try:
        bring_up(settings)
    except identity.StateRefusedError as error:
        print(
            f"{error}\nThe edited plug-ins cannot load LocalStack's saved state. "
            "LocalStack starts empty, and Terraform applies everything again."
        )
        engine.forget_emulator()
        bring_up(settings)
    return 0


def down(settings: Settings) -> int:
    """Ends every process of the stack and deletes its data. The logs stay."""
    started = settings.directory.exists() and any(path.name != "logs" for path in settings.directory.iterdir())
    strays = [ended for engine in all_engines(settings) for ended in engine.stop_all()]
    if not started and not strays:
        print(f"No stack {settings.name!r} is up: nothing was changed.")
        return 0
    engine = engine_of(settings)
    _drop_data(settings)
    if strays:
        print(f"Also ended: {', '.join(strays)}")
    if taken := engine.taken_ports():
        print(f"A program that does not belong to this stack uses port {described(taken)}.")
    print(f"The stack {settings.name!r} is down: no process, no port, no data is left. Logs: {settings.logs}")
    return 0


def _drop_data(settings: Settings) -> None:
    """Deletes everything but the logs, the record last.

    A folder is renamed before it is deleted. So `up` never finds a half-deleted folder, even after a kill.
    """
    content = [path for path in settings.directory.glob("*") if path.name != "logs"]
    for folder in [path for path in content if path.is_dir()]:
        gone = folder.with_name(f"{folder.name.removesuffix('.gone')}.gone")
        if folder != gone:
            remove_folder(gone)
            folder.rename(gone)
        remove_folder(gone)
    for file in sorted(content, key=lambda file: file.name == record.FILE):
        file.unlink(missing_ok=True)


def plan(settings: Settings) -> int:
    """Prints Terraform's plan over the running stack. Returns its exit code: 0 for no change, 2 for changes."""
    code, text = load(settings.name).plan()
    print(text)
    return code


def start_bare(settings: Settings) -> None:
    """Starts only Postgres and the emulator, for the integration tests. Terraform applies nothing."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    engine = Embedded(settings)
    engine.prepare()
    engine.start_postgres()
    engine.start_emulator()
    identity.wait_until_started(settings, engine)


def _changes(settings: Settings) -> Changes:
    return changes_of.since_deployment(settings, State.read(settings), engine_of(settings).emulator_sources)
