"""Defines the steps that bring a stack up. Each step does only missing or changed work, and records the result."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from artifacts import locks, packages
from local.launcher import function_code, identity, marks, state, terraform
from local.launcher.console import ApplyProgress, step
from local.launcher.engines import engine_of
from local.launcher.engines.interface import Engine
from local.launcher.errors import ExpectedError, StackError
from local.launcher.guard import local_only
from local.launcher.hints import make
from local.launcher.ports import refuse_shared
from local.launcher.saved import save
from local.launcher.settings import LOCAL, REPOSITORY, Settings
from local.launcher.state import State
from local.launcher.tasks import wait_for_tasks
from local.observe.running import RunningStack, load


def build_packages() -> list[str]:
    with step("Lambda packages") as progress:
        built = packages.build()
        progress.note = f"built {', '.join(built)}" if built else "no change"
    return built


def record_settings(settings: Settings) -> None:
    """Records the settings of the stack. A new stack is recorded only if its ports are free."""
    with locks.held(LOCAL / "stacks" / "ports.lock", make("up", settings.name)):
        refuse_shared(settings)
        engine_of(settings).claim_ports()
        State.read(settings).write(settings)


def bring_up(settings: Settings) -> None:
    """Runs the steps in order. Terraform's init needs no other step, so it runs at the same time as the first step."""
    remembered = State.read(settings)
    remembered.write(settings)
    with ThreadPoolExecutor(1) as beside:
        initialised = beside.submit(terraform.init, settings)
        start_processes(settings, remembered)
        with step("Terraform init"):
            initialised.result()
    apply_terraform(settings, remembered)
    roll_service(settings, remembered)
    _seed(settings, remembered)


def start_processes(settings: Settings, remembered: State) -> None:
    engine = engine_of(settings)
    session = _session_of_running(settings, engine)
    holds = bool(session) and session == remembered.session and not remembered.applying
    if not (holds and remembered.healthy) and engine.is_outdated():
        with step("Processes with another environment ended"):  # they have never served
            engine.stop_all()
    with step(engine.preparation) as progress:
        progress.note = engine.prepare()
    if remembered.applying and session in ("", remembered.session):
        # an interrupted apply left resources that are not in Terraform's state: Terraform cannot create them again
        with step("LocalStack emptied after an interrupted apply"):
            engine.forget_emulator()
    engine.start_emulator()  # it starts more slowly than Postgres, and does not need Postgres yet
    with step("Postgres"):
        engine.start_postgres()
    with step("LocalStack with the plug-ins") as progress:
        session = identity.wait_until_started(settings, engine)
        emulator = state.emulator_fingerprint(engine.emulator_sources)
        if session != remembered.session:
            terraform.forget(settings)
            remembered.reset(session, emulator)
        elif not holds:
            progress.note = "loaded its saved state"
            remembered.fingerprints["emulator"] = emulator
        remembered.write(settings)
    with step("Agents of the ingestion tasks"):
        engine.start_agents()
    engine.start_console()


def _session_of_running(settings: Settings, engine: Engine) -> str:
    """Returns the session of the stack's LocalStack, or '' if it does not run. Waits while it loads its saved state."""
    if not engine.emulator_runs():
        return ""
    try:
        return identity.wait_until_started(settings, engine)
    except identity.IdentityError:
        return ""


def update_functions(settings: Settings, functions: Sequence[str]) -> bool:
    """Updates the functions' code without Terraform's apply. Returns False if only an apply can do it."""
    remembered = State.read(settings)
    whole, hashes = state.terraform_fingerprint(settings), state.zip_hashes()
    remembered.forget(functions)
    remembered.write(settings)
    with step(f"Code of {', '.join(functions)}") as progress:
        try:
            function_code.update(settings, load(settings.name), functions)
        except ExpectedError as error:
            progress.note = f"{error}. Terraform applies everything instead"
            return False
    save(settings)
    remembered.fingerprints["terraform"], remembered.zips = whole, hashes
    remembered.write(settings)
    return True


def apply_terraform(settings: Settings, remembered: State) -> None:
    whole, hashes = state.terraform_fingerprint(settings), state.zip_hashes()
    configuration = state.configuration_fingerprint(settings)
    if remembered.fingerprints.get("terraform") == whole:
        return
    remembered.applying = True
    remembered.forget_all_applied()
    remembered.write(settings)
    identity.require_own(settings, remembered.session)
    with step("Terraform apply (tflocal)") as progress:
        try:
            terraform.apply(settings, ApplyProgress(progress))
        except terraform.TerraformError:
            remembered.applying = False  # Terraform's state is complete: the next apply continues from it
            remembered.write(settings)
            raise
    save(settings)  # before the record: after a crash, LocalStack only has its saved state
    remembered.applying, remembered.zips = False, hashes
    remembered.fingerprints |= {"terraform": whole, "configuration": configuration}
    remembered.write(settings)


def roll_service(settings: Settings, remembered: State) -> None:
    stack = load(settings.name)
    fingerprint = state.service_fingerprint()
    edited = "service" in remembered.fingerprints and remembered.fingerprints["service"] != fingerprint
    if edited:
        engine_of(settings).renew_migrations_agent()
        _migrate(settings, stack)
    with step("Ingestion tasks healthy") as progress:
        if edited:
            for _ in engine_of(settings).renew_agents():
                wait_for_tasks(stack, progress)
        wait_for_tasks(stack, progress)
    remembered.fingerprints["service"], remembered.healthy = fingerprint, True
    remembered.write(settings)


def _migrate(settings: Settings, stack: RunningStack) -> None:
    """Migrates the database for an edited service. Terraform's apply does it only for a new task definition."""
    with step("Database migrated"):
        outputs = settings.directory / terraform.OUTPUTS
        command = [sys.executable, "-m", "operations.migrate", "--outputs", str(outputs)]
        _run(settings, [*command, "--stack", stack.outputs["name"]], "the database could not be migrated")


def _run(settings: Settings, command: list[str], failure: str) -> None:
    """Runs a program of this repository on the stack. Raises `StackError` that begins with `failure`."""
    environment = local_only(settings.edge_url) | {"STACK": settings.name} | marks.of(settings)
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise StackError(f"{failure}:\n{done.stderr or done.stdout}")


def _seed(settings: Settings, remembered: State) -> None:
    if remembered.customers == settings.customers:
        return
    with step(f"Demo customers ({settings.customers})"):
        command = [sys.executable, "-m", "local.commands.seed", "customers", "--count", str(settings.customers)]
        _run(settings, command, "the demo customers could not be seeded")
    save(settings)
    remembered.customers = settings.customers
    remembered.write(settings)


def is_complete(settings: Settings) -> bool:
    engine = engine_of(settings)
    if not engine.is_up():
        return False
    remembered, answer = State.read(settings), identity.ask(settings)
    return (
        all(process.running for process in engine.states().values())
        and answer == identity.Answer(str(settings.directory), remembered.session)
        and is_applied(remembered)
        and remembered.customers == settings.customers
    )


def is_applied(remembered: State) -> bool:
    """Returns whether the last apply was complete."""
    return not remembered.applying and {"terraform", "service", "emulator"} <= remembered.fingerprints.keys()
