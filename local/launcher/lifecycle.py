"""`make up`, `make deploy` and `make down`: steps in order, each done only where something is missing or changed."""

import http.client
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from artifacts import locks, packages
from local.launcher import identity, marks, record, state, terraform
from local.launcher.console import ApplyProgress, step
from local.launcher.engines import all_engines, engine_of, resolve
from local.launcher.engines.embedded import Embedded
from local.launcher.errors import ExpectedError
from local.launcher.guard import local_only
from local.launcher.hints import make
from local.launcher.ports import described, refuse_shared
from local.launcher.settings import INSTANCES, LOCAL, REPOSITORY, Settings
from local.launcher.state import State
from local.observe.running import RunningStack, load


class StackError(ExpectedError):
    """A step that cannot be done; the message says which, why and where its log is."""


def up(settings: Settings) -> int:
    """Bring the stack up, or go on with an interrupted `up`; on a complete one change nothing and say so."""
    settings = resolve(settings)
    if _is_complete(settings):
        stale = _stale(settings)
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
        if stale:
            hint = make("deploy", settings.name)
            print(f"Changed since it was applied: {', '.join(stale)}. `{hint}` applies that.")
    else:
        print(f"Bringing up the stack {settings.name!r} ({settings.mode}) on 127.0.0.1, from port {settings.port} on")
        terraform.require()
        _record(settings)
        _build_packages()
        _bring_up(settings)
    from local.launcher import report  # noqa: PLC0415 -- it reads what was just made

    report.welcome(load(settings.name))
    return 0


def deploy(settings: Settings) -> int:
    """Rebuild, apply and restart what was edited since the last `up` or `deploy`."""
    settings = resolve(settings)
    load(settings.name)
    terraform.require()
    built = _build_packages()
    stale = _stale(settings)
    if not stale:
        print("Nothing has changed since the last deployment.")
        return 0
    print(f"Changed: {', '.join([*built, *stale])}")
    if "emulator" in stale:
        with step("Emulator restarts with the edited extension"):
            engine_of(settings).stop_emulator()
    _bring_up(settings)
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


def _build_packages() -> list[str]:
    with step("Lambda packages") as progress:
        built = packages.build()
        progress.note = f"built {', '.join(built)}" if built else "no change"
    return built


def _record(settings: Settings) -> None:
    """Make the settings the stack's own. A new stack is recorded only where it can have its ports."""
    with locks.held(LOCAL / "stacks" / "ports.lock", make("up", settings.name)):
        refuse_shared(settings)
        engine_of(settings).claim_ports()
        State.read(settings).write(settings)


def _bring_up(settings: Settings) -> None:
    """The steps in their order; Terraform's init, which needs nothing of them, beside the first."""
    remembered = State.read(settings)
    remembered.write(settings)
    with ThreadPoolExecutor(1) as beside:
        initialised = beside.submit(terraform.init, settings)
        _start_processes(settings, remembered)
        with step("Terraform init"):
            initialised.result()
    _apply(settings, remembered)
    _roll_service(settings, remembered)
    _seed(settings, remembered)


def _start_processes(settings: Settings, remembered: State) -> None:
    engine = engine_of(settings)
    answer = identity.ask(settings)
    holds = answer is not None and answer.session == remembered.session and not remembered.applying
    if not (holds and remembered.healthy) and engine.is_outdated():
        with step("Processes of another shell are ended"):  # they keep its environment, and have never served
            engine.stop_all()
    with step(engine.preparation) as progress:
        progress.note = engine.prepare()
    if not holds and engine.emulator_runs():
        # what an interrupted apply has created is not in its state, and Terraform cannot create it again
        with step("LocalStack starts anew: the last set-up was cut off"):
            engine.stop_emulator()
    engine.start_emulator()  # the slower of the two, and neither needs the other yet
    with step("Postgres"):
        engine.start_postgres()
    with step("LocalStack with the extension"):
        session = identity.wait_until_started(settings, engine)
        if session != remembered.session:
            terraform.forget(settings)
            remembered.begin_anew(session, state.emulator_fingerprint(engine.emulator_sources))
            remembered.write(settings)
    with step("Agents of the ingestion tasks"):
        engine.start_agents()


def _apply(settings: Settings, remembered: State) -> None:
    fingerprint = state.terraform_fingerprint(settings)
    if remembered.fingerprints.get("terraform") == fingerprint:
        return
    remembered.applying = True
    remembered.write(settings)
    identity.require_own(settings, remembered.session)
    with step("Terraform apply (tflocal)") as progress:
        try:
            terraform.apply(settings, ApplyProgress(progress))
        except terraform.TerraformError:
            remembered.applying = False  # its state tells what there is: the next apply goes on from it
            remembered.write(settings)
            raise
    remembered.applying = False
    remembered.fingerprints["terraform"] = fingerprint
    remembered.write(settings)


def _roll_service(settings: Settings, remembered: State) -> None:
    stack = load(settings.name)
    fingerprint = state.service_fingerprint()
    edited = "service" in remembered.fingerprints and remembered.fingerprints["service"] != fingerprint
    with step("Database migrated, ingestion tasks healthy") as progress:
        if edited:
            for _ in engine_of(settings).renew_agents():
                _wait_for_tasks(stack, progress)
        _wait_for_tasks(stack, progress)
    remembered.fingerprints["service"], remembered.healthy = fingerprint, True
    remembered.write(settings)


def _wait_for_tasks(stack: RunningStack, progress: Any, timeout: float = 120) -> None:
    """Until every task is a healthy target and the API answers. Raises `StackError` with what ECS says instead."""
    deadline = time.monotonic() + timeout
    ecs = stack.client("ecs")
    where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
    while True:
        service = ecs.describe_services(**where)["services"][0]
        healthy = _healthy_targets(stack, service)
        progress.show(f"{service['runningCount']} running, {healthy} healthy")
        if service["runningCount"] >= INSTANCES and healthy >= INSTANCES and _api_answers(stack):
            return
        if time.monotonic() > deadline:
            hint = make("logs", stack.name)
            said = "\n".join(event["message"] for event in service.get("events", [])[:5])
            raise StackError(f"the ingestion tasks did not become healthy within {timeout:g} s\n{said}\nsee: {hint}")
        time.sleep(0.2)


def _healthy_targets(stack: RunningStack, service: dict[str, Any]) -> int:
    elb = stack.client("elbv2")
    groups = [balancer["targetGroupArn"] for balancer in service["loadBalancers"]]
    health = [elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"] for group in groups]
    return sum(target["TargetHealth"]["State"] == "healthy" for targets in health for target in targets)


def _api_answers(stack: RunningStack) -> bool:
    return _get(f"{stack.api_url}/health") is not None


def _seed(settings: Settings, remembered: State) -> None:
    if remembered.customers == settings.customers:
        return
    with step(f"Demo customers ({settings.customers})"):
        command = [sys.executable, "-m", "local.commands.seed", "customers", "--count", str(settings.customers)]
        environment = local_only(settings.edge_url) | {"STACK": settings.name} | marks.of(settings)
        done = subprocess.run(command, env=environment, cwd=REPOSITORY, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise StackError(f"the demo customers could not be seeded:\n{done.stderr or done.stdout}")
    remembered.customers = settings.customers
    remembered.write(settings)


def _is_complete(settings: Settings) -> bool:
    engine = engine_of(settings)
    if not engine.is_up():
        return False
    remembered, answer = State.read(settings), identity.ask(settings)
    return (
        all(process.running for process in engine.states().values())
        and answer == identity.Answer(str(settings.directory), remembered.session)
        and not remembered.applying
        and {"terraform", "service", "emulator"} <= remembered.fingerprints.keys()
        and remembered.customers == settings.customers
    )


def _stale(settings: Settings) -> list[str]:
    now = {
        "emulator": state.emulator_fingerprint(engine_of(settings).emulator_sources),
        "terraform": state.terraform_fingerprint(settings),
        "service": state.service_fingerprint(),
    }
    sources = [name for name in packages.FUNCTIONS if not packages.is_built(name)]
    remembered = State.read(settings).fingerprints
    return sources + [name for name, fingerprint in now.items() if remembered.get(name) != fingerprint]


def _get(url: str) -> bytes | None:
    """The body of a 200, or None."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=5) as response:
            return bytes(response.read())
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None
