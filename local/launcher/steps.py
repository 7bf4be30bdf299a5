"""The steps by which a stack comes up. Each does only what is missing or changed, and records what it has done."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from artifacts import locks, packages
from local.launcher import function_code, identity, marks, state, terraform
from local.launcher.console import ApplyProgress, step
from local.launcher.engines import engine_of
from local.launcher.engines.interface import Engine
from local.launcher.errors import ExpectedError
from local.launcher.guard import local_only
from local.launcher.hints import make
from local.launcher.ports import refuse_shared
from local.launcher.saved import save
from local.launcher.settings import LOCAL, REPOSITORY, Settings
from local.launcher.state import State
from local.launcher.tasks import StackError, wait_for_tasks
from local.observe.running import load


def build_packages() -> list[str]:
    with step("Lambda packages") as progress:
        built = packages.build()
        progress.note = f"built {', '.join(built)}" if built else "no change"
    return built


def record_settings(settings: Settings) -> None:
    """Make the settings the stack's own. A new stack is recorded only where it can have its ports."""
    with locks.held(LOCAL / "stacks" / "ports.lock", make("up", settings.name)):
        refuse_shared(settings)
        engine_of(settings).claim_ports()
        State.read(settings).write(settings)


def bring_up(settings: Settings) -> None:
    """The steps in their order; Terraform's init, which needs nothing of them, beside the first."""
    remembered = State.read(settings)
    remembered.write(settings)
    with ThreadPoolExecutor(1) as beside:
        initialised = beside.submit(terraform.init, settings)
        start_processes(settings, remembered)
        with step("Terraform init"):
            initialised.result()
    _apply(settings, remembered)
    roll_service(settings, remembered)
    _seed(settings, remembered)


def start_processes(settings: Settings, remembered: State) -> None:
    engine = engine_of(settings)
    session = _session_of_running(settings, engine)
    holds = bool(session) and session == remembered.session and not remembered.applying
    if not (holds and remembered.healthy) and engine.is_outdated():
        with step("Processes of another shell are ended"):  # they keep its environment, and have never served
            engine.stop_all()
    with step(engine.preparation) as progress:
        progress.note = engine.prepare()
    if remembered.applying and session in ("", remembered.session):
        # what an interrupted apply has created is not in its state, and Terraform cannot create it again
        with step("LocalStack starts anew: the last set-up was cut off"):
            engine.forget_emulator()
    engine.start_emulator()  # the slower of the two, and neither needs the other yet
    with step("Postgres"):
        engine.start_postgres()
    with step("LocalStack with the extension") as progress:
        session = identity.wait_until_started(settings, engine)
        emulator = state.emulator_fingerprint(engine.emulator_sources)
        if session != remembered.session:
            terraform.forget(settings)
            remembered.begin_anew(session, emulator)
        elif not holds:
            progress.note = "with what it had saved"
            remembered.fingerprints["emulator"] = emulator
        remembered.write(settings)
    with step("Agents of the ingestion tasks"):
        engine.start_agents()


def _session_of_running(settings: Settings, engine: Engine) -> str:
    """The session of the stack's LocalStack, which may still be loading what it had saved; '' where none runs."""
    if not engine.emulator_runs():
        return ""
    try:
        return identity.wait_until_started(settings, engine)
    except identity.IdentityError:
        return ""


def update_functions(settings: Settings, functions: Sequence[str]) -> bool:
    """Update their code without Terraform's apply. Where that cannot be, says so: the apply is still due then."""
    remembered = State.read(settings)
    whole, hashes = state.terraform_fingerprint(settings), state.zip_hashes()
    remembered.forget(functions)
    remembered.write(settings)
    with step(f"Code of {', '.join(functions)}") as progress:
        try:
            function_code.update(settings, load(settings.name).client("lambda"), functions)
        except ExpectedError as error:
            progress.note = f"{error}. Terraform applies everything instead"
            return False
    save(settings)
    remembered.fingerprints["terraform"], remembered.zips = whole, hashes
    remembered.write(settings)
    return True


def _apply(settings: Settings, remembered: State) -> None:
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
            remembered.applying = False  # its state tells what there is: the next apply goes on from it
            remembered.write(settings)
            raise
    save(settings)  # before it counts as applied: LocalStack comes back from a crash with what is saved
    remembered.applying, remembered.zips = False, hashes
    remembered.fingerprints |= {"terraform": whole, "configuration": configuration}
    remembered.write(settings)


def roll_service(settings: Settings, remembered: State) -> None:
    stack = load(settings.name)
    fingerprint = state.service_fingerprint()
    edited = "service" in remembered.fingerprints and remembered.fingerprints["service"] != fingerprint
    with step("Database migrated, ingestion tasks healthy") as progress:
        if edited:
            for _ in engine_of(settings).renew_agents():
                wait_for_tasks(stack, progress)
        wait_for_tasks(stack, progress)
    remembered.fingerprints["service"], remembered.healthy = fingerprint, True
    remembered.write(settings)


def _seed(settings: Settings, remembered: State) -> None:
    if remembered.customers == settings.customers:
        return
    with step(f"Demo customers ({settings.customers})"):
        command = [sys.executable, "-m", "local.commands.seed", "customers", "--count", str(settings.customers)]
        environment = local_only(settings.edge_url) | {"STACK": settings.name} | marks.of(settings)
        done = subprocess.run(command, env=environment, cwd=REPOSITORY, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise StackError(f"the demo customers could not be seeded:\n{done.stderr or done.stdout}")
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
    """Whether a whole apply stands, which no later one has cut off."""
    return not remembered.applying and {"terraform", "service", "emulator"} <= remembered.fingerprints.keys()
