"""`make up`, `deploy`, `stop`, `start`, `down` and `clean`.

Each is steps in order. A step is done only where something is missing or changed.
"""

import os
import shutil

from local.launcher import changes as changes_of
from local.launcher import identity, record, templates, terraform
from local.launcher.changes import Changes
from local.launcher.console import step
from local.launcher.engines import all_engines, engine_of, resolve
from local.launcher.engines.embedded import Embedded
from local.launcher.engines.interface import EngineError
from local.launcher.hints import make
from local.launcher.ports import described
from local.launcher.saved import REFUSED
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
from local.launcher.tasks import StackError
from local.observe.running import load


def up(settings: Settings) -> int:
    """Bring the stack up, or go on with an interrupted `up`; on a complete one change nothing and say so.

    A new stack starts from a template where there is one. Whatever Terraform then finds to differ is applied.
    """
    settings = resolve(settings)
    if is_complete(settings):
        changes = _changes(settings)
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
        if changes:
            hint = make("deploy", settings.name)
            print(f"Changed since it was applied: {', '.join(changes.words())}. `{hint}` applies that.")
        _welcome(settings)
        return 0
    print(f"Bringing up the stack {settings.name!r} ({settings.mode}) on 127.0.0.1, from port {settings.port} on")
    terraform.require()
    is_new = State.read(settings) == State()
    if is_new and not engine_of(settings).is_up():
        _drop_data(settings)  # what an earlier `up` left that was killed
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
    """Bring a stopped stack back with all that it held. Raises `StackError` where there is nothing to bring back."""
    settings, hint = resolve(settings), make("up", settings.name)
    remembered = State.read(settings)
    if not is_applied(remembered):
        raise StackError(f"the stack {settings.name!r} is not complete: `{hint}` brings it up")
    if is_complete(settings):
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
    else:
        start_processes(settings, remembered)
        if not is_applied(remembered):
            raise StackError(f"LocalStack had saved nothing of the stack {settings.name!r}: `{hint}` applies all again")
        roll_service(settings, remembered)
    _welcome(settings)
    return 0


def stop(settings: Settings) -> int:
    """End every process of the stack and keep all that it holds."""
    settings = resolve(settings)
    engine = engine_of(settings)
    if not engine.is_up():
        print(f"Nothing of the stack {settings.name!r} runs: nothing was changed.")
        return 0
    with step("Everything is saved and ended"):
        engine.stop()
    print(f"The stack {settings.name!r} is stopped. `{make('start', settings.name)}` brings it back.")
    return 0


def clean(settings: Settings) -> int:
    """`down`, and no template stays."""
    down(settings)
    print(f"Templates removed: {templates.drop_all()}")
    return 0


def _from_template(settings: Settings) -> bool:
    """Bring the new stack up from a template. False where there is none that can be used."""
    if os.environ.get("FRESH") == "1" or not (template := templates.find(settings)):
        return False
    with step("Template of an earlier stack is copied"):
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
    """What fails here costs the next `make up` its speed, and this one nothing."""
    if not isinstance(engine_of(settings), Embedded):
        return
    with step("Template for the next start") as progress:
        try:
            templates.keep(settings)
        except (EngineError, OSError) as error:
            progress.note = f"not kept: {error}"


def _prove(settings: Settings) -> int:
    """Terraform's plan over a stack from a template; what differs is applied."""
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
    """Rebuild, update and restart what was edited since the last `up` or `deploy`, and nothing else.

    Terraform applies only where something differs that is not code.
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
    """Run the edited plug-ins with what LocalStack holds. Where they cannot load that, all is applied again."""
    engine = engine_of(settings)
    with step("LocalStack is saved and ended"):
        engine.renew_emulator()
    try:
        bring_up(settings)
    except identity.IdentityError as error:
        if REFUSED not in str(error):
            raise
        print(
            f"{error}\nThe edited plug-ins cannot load what LocalStack held. It begins anew, and all is applied again."
        )
        engine.forget_emulator()
        bring_up(settings)
    return 0


def down(settings: Settings) -> int:
    """End every process of the stack and drop its data; its logs stay."""
    started = settings.directory.exists() and any(path.name != "logs" for path in settings.directory.iterdir())
    strays = [ended for engine in all_engines(settings) for ended in engine.stop_all()]
    if not started and not strays:
        print(f"No stack {settings.name!r} is up: nothing was changed.")
        return 0
    engine = engine_of(settings)
    _drop_data(settings)
    if strays:
        print(f"Ended besides: {', '.join(strays)}")
    if taken := engine.taken_ports():
        print(f"Port {described(taken)} is in use by a program that is not of this stack.")
    print(f"The stack {settings.name!r} is down: no process, no port, no data is left. Logs: {settings.logs}")
    return 0


def _drop_data(settings: Settings) -> None:
    """Killed at any moment, it leaves nothing half deleted that `up` would take for whole. The record goes last."""
    content = [path for path in settings.directory.glob("*") if path.name != "logs"]
    for folder in [path for path in content if path.is_dir()]:
        gone = folder.with_name(f"{folder.name.removesuffix('.gone')}.gone")
        if folder != gone:
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
    for file in sorted(content, key=lambda file: file.name == record.FILE):
        file.unlink(missing_ok=True)


def plan(settings: Settings) -> int:
    """Terraform's plan over the running stack, with its exit code: 0 no change, 2 changes."""
    code, text = load(settings.name).plan()
    print(text)
    return code


def start_bare(settings: Settings) -> None:
    """Only Postgres and the emulator, with nothing applied: what integration tests need."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    engine = Embedded(settings)
    engine.prepare()
    engine.start_postgres()
    engine.start_emulator()
    identity.wait_until_started(settings, engine)


def _changes(settings: Settings) -> Changes:
    return changes_of.since_deployment(settings, State.read(settings), engine_of(settings).emulator_sources)
