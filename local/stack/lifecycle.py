"""`make up`, `make deploy` and `make down`: steps in order, each done only where something is missing or changed."""

import http.client
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.stack import packages, state, terraform
from local.stack.console import ApplyProgress, step
from local.stack.engines import Engine, all_engines, engine_of, resolve
from local.stack.engines.embedded import Embedded
from local.stack.guard import local_only
from local.stack.running import RunningStack, load
from local.stack.settings import EMULATOR, INSTANCES, REPOSITORY, Settings
from local.stack.state import State


class StackError(Exception):
    """A step that cannot be done; the message says which, why and where its log is."""


def up(settings: Settings) -> int:
    """Bring the stack up, or go on with an interrupted `up`; on a complete one change nothing and say so."""
    settings = resolve(settings)
    if _is_complete(settings):
        stale = _stale(settings)
        print(f"The stack {settings.name!r} is up already ({settings.mode}); nothing was changed.")
        if stale:
            print(f"Changed since it was applied: {', '.join(stale)}. `make deploy` applies that.")
    else:
        print(f"Bringing up the stack {settings.name!r} ({settings.mode}) on 127.0.0.1, from port {settings.port} on")
        _require_terraform()
        _build_packages()
        _bring_up(settings)
    from local.stack import report  # noqa: PLC0415 -- it reads what was just made

    report.welcome(load(settings.name))
    return 0


def deploy(settings: Settings) -> int:
    """Rebuild, apply and restart what was edited since the last `up` or `deploy`."""
    settings = resolve(settings)
    if not _is_complete(settings):
        raise StackError(f"the stack {settings.name!r} is not up: run `make up`")
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
    if not started:
        print(f"The stack {settings.name!r} was not up.")
        return 0
    engine = engine_of(settings)
    for path in settings.directory.iterdir():
        if path.name != "logs":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    taken = engine.taken_ports()
    if taken:
        raise StackError(f"ports {taken} are still taken after all processes of the stack have ended")
    if strays:
        print(f"Ended besides: {', '.join(strays)}")
    print(f"The stack {settings.name!r} is down: no process, no port, no data is left. Logs: {settings.logs}")
    return 0


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
    _start_emulator(settings, engine)


def _build_packages() -> list[str]:
    with step("Lambda packages") as progress:
        built = packages.build()
        progress.note = f"built {', '.join(built)}" if built else "no change"
    return built


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
    with step(engine.preparation) as progress:
        progress.note = engine.prepare()
    if remembered.applying and _emulator_runs(engine):
        # an interrupted apply leaves resources that its state does not know, and Terraform cannot create them again
        with step("LocalStack starts anew: the last apply was cut off"):
            engine.stop_emulator()
    engine.start_emulator()  # the slower of the two, and neither needs the other yet
    with step("Postgres"):
        engine.start_postgres()
    with step("LocalStack with the extension"):
        session = _start_emulator(settings, engine)
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
    remembered.fingerprints["service"] = fingerprint
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
            said = "\n".join(event["message"] for event in service.get("events", [])[:5])
            raise StackError(f"the ingestion tasks did not become healthy within {timeout:g} s\n{said}\nsee: make logs")
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
        command = [sys.executable, "-m", "seed", "customers", "--count", str(settings.customers)]
        environment = local_only(settings.edge_url) | {"STACK": settings.name}
        done = subprocess.run(command, env=environment, cwd=REPOSITORY, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise StackError(f"the demo customers could not be seeded:\n{done.stderr or done.stdout}")
    remembered.customers = settings.customers
    remembered.write(settings)


def _start_emulator(settings: Settings, engine: Engine) -> str:
    """Start LocalStack unless it runs; returns its session, which changes when it starts anew."""
    engine.start_emulator()
    deadline = time.monotonic() + 60
    while True:
        info = _get(f"{settings.edge_url}/_localstack/info")
        if info is not None:
            return str(json.loads(info)["session_id"])
        if not _emulator_runs(engine) or time.monotonic() > deadline:
            where, said = engine.log_tail(EMULATOR, 20)
            raise StackError("\n".join(["LocalStack did not start:", *said, f"log: {where}"]))
        time.sleep(0.1)


def _emulator_runs(engine: Engine) -> bool:
    emulator = engine.states().get(EMULATOR)
    return emulator is not None and emulator.running


def _is_complete(settings: Settings) -> bool:
    engine = engine_of(settings)
    if not engine.is_up():
        return False
    remembered = State.read(settings)
    info = _get(f"{settings.edge_url}/_localstack/info")
    running = all(process.running for process in engine.states().values())
    return (
        running
        and info is not None
        and json.loads(info)["session_id"] == remembered.session
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


def _require_terraform() -> None:
    if shutil.which("terraform") is None:
        raise StackError("Terraform 1.11 or later is not on the PATH: install it (`make doctor` says how)")


def _get(url: str) -> bytes | None:
    """The body of a 200, or None."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=5) as response:
            return bytes(response.read())
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None
