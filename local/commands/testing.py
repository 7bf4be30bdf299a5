"""`make test`: everything, on stacks of its own beside one that may be up, taken down again."""

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

from artifacts import environments, locks
from local import shell
from local.launcher import processes, record, terraform
from local.launcher.guard import local_only, pointed_at
from local.launcher.hints import make
from local.launcher.settings import LOCAL, PACKAGE, REPOSITORY, Settings

NAME = "test"
_UP, _DOWN = make("up", NAME), make("down", NAME)
_AWS = terraform.SOURCE / "environments" / "aws.tfvars"
# Its own database of findings and its guidelines are on the internet, and are not asked.
_CHECKOV = [
    *(str(environments.python_of("scan")), "-m", "checkov.main"),
    *("--quiet", "--compact", "--skip-download", "--framework"),
]
_PYTHON = ("domain", "lambdas", "service", "operations", "seed", "artifacts", "local", "packages", "tests", "bench")
_TERRAFORM = (str(terraform.SOURCE), str(PACKAGE / "examples"))
_END_TO_END, _FAULTS = {"end-to-end tests": "e2e"}, {"fault tests": "faults"}


def test(settings: Settings) -> int:
    """Lint, types, unit and integration tests while the stack of the end-to-end tests comes up, then those; then the
    fault tests, and the security tests, the last of which look through all that the others have left."""
    return _with_stack(settings, _early(settings), _END_TO_END | _FAULTS | {"security tests": "security"})


def test_end_to_end(settings: Settings) -> int:
    """The end-to-end tests alone, on a stack of their own in the mode that `MODE` names.

    In the service `deploy` of `docker-compose.yml` they run on the stack of that file: it can start no other.
    """
    if settings.mode == "compose":
        environment = shell.launching() | pointed_at(settings.edge_url)
        return _summary({name: _timed(name, _pytest(suite), environment) for name, suite in _END_TO_END.items()})
    return _with_stack(settings, [], _END_TO_END)


def test_faults(settings: Settings) -> int:
    """The fault tests alone, on a stack of their own."""
    return _with_stack(settings, [], _FAULTS)


def _with_stack(settings: Settings, meanwhile: list[tuple[str, list[str]]], suites: dict[str, str]) -> int:
    with locks.held(LOCAL / "stacks" / f"{NAME}.suites.lock", "make test"):
        if record.read(Settings(name=NAME)):  # of a run that was killed, on ports of its own
            subprocess.run(
                _launcher("down"), env=shell.launching() | {"STACK": NAME, "PORT": ""}, cwd=REPOSITORY, check=True
            )
        return _run_on_stack(settings, meanwhile, suites)


def _run_on_stack(settings: Settings, meanwhile: list[tuple[str, list[str]]], suites: dict[str, str]) -> int:
    stack = free_settings(dataclasses.replace(settings, name=NAME, port=settings.port + 200))
    environment = shell.launching() | pointed_at(stack.edge_url) | {"STACK": stack.name, "PORT": str(stack.port)}
    if _FAULTS.items() <= suites.items():
        environment["FAULTS"] = "on"
    results: dict[str, tuple[int, float]] = {}
    stack.logs.mkdir(parents=True, exist_ok=True)
    with (stack.logs / "up.log").open("w") as log:
        up = subprocess.Popen(_launcher("up"), env=environment, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT)
    try:
        for name, command in meanwhile:
            is_check = (name, command) in checks()
            results[name] = _timed(name, command, local_only(stack.edge_url) if is_check else environment)
        results[_UP] = _waited(up, Path(log.name))
        for name, suite in suites.items() if results[_UP][0] == 0 else ():
            results[name] = _timed(name, _pytest(f"tests/{suite}"), environment)
    finally:
        if up.poll() is None:
            up.terminate()
            up.wait()
        results[_DOWN] = _timed(_DOWN, _launcher("down"), environment)
    return _summary(results)


def free_settings(settings: Settings) -> Settings:
    """The same with the next ports that are free, so that two clones can be tested at once."""
    while processes.taken_ports(settings.ports) or record.holders(settings):
        settings = dataclasses.replace(settings, port=settings.port + 10)
    return settings


def _early(settings: Settings) -> list[tuple[str, list[str]]]:
    integration = ("integration tests", _pytest("tests/integration"))
    return [*_check_all(), integration, ("plug-ins' integration", _of_plugins("integration"))]


def checks() -> list[tuple[str, list[str]]]:
    """What needs nothing running: `make check`."""
    return [
        ("lint", [sys.executable, "-m", "ruff", "check", "."]),
        ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
        ("types", [sys.executable, "-m", "mypy", *_PYTHON]),
        ("terraform fmt", ["terraform", "fmt", "-check", "-recursive", "-diff", *_TERRAFORM]),
        ("secret scan", [sys.executable, "-m", "local.commands.secret_scan"]),
        ("terraform scan", [*_CHECKOV, "terraform", "-d", str(terraform.SOURCE), "--var-file", str(_AWS)]),
        ("container scan", [*_CHECKOV, "dockerfile", "github_actions", "-f", *_containers_and_workflows()]),
    ]


def _containers_and_workflows() -> list[str]:
    patterns = ("*/Dockerfile", "local/*/Dockerfile", ".github/workflows/*.yml")
    found = [path for pattern in patterns for path in REPOSITORY.glob(pattern)]
    return [str(path.relative_to(REPOSITORY)) for path in sorted(found)]


def check(settings: Settings) -> int:
    """Lint, formats, types and unit tests."""
    environment = local_only(settings.edge_url)
    return _summary({name: _timed(name, command, environment) for name, command in _check_all()})


def _check_all() -> list[tuple[str, list[str]]]:
    return [*checks(), ("unit tests", _pytest("tests/unit")), ("plug-ins' unit tests", _of_plugins("unit"))]


def _pytest(folder: str) -> list[str]:
    return [sys.executable, "-m", "pytest", folder, *os.environ.get("PYTEST_ARGUMENTS", "").split()]


def _of_plugins(suite: str) -> list[str]:
    """A suite of the plug-in package, which has a configuration of its own and knows nothing of this repository."""
    given = {
        "DOCKERLESS_PYTHON": environments.python_of("localstack"),
        "EMULATOR_LAMBDA_PYTHON": environments.python_of("lambda"),
        "DOCKERLESS_CONSTRAINTS": REPOSITORY / "requirements" / "localstack.txt",
        "TF_PLUGIN_MIRROR": terraform.find_mirror() or "",
    }
    return ["env", *(f"{name}={value}" for name, value in given.items()), *_pytest(str(PACKAGE / "tests" / suite))]


def _launcher(command: str) -> list[str]:
    return [sys.executable, "-m", "local.launcher", command]


def _timed(name: str, command: list[str], environment: dict[str, str]) -> tuple[int, float]:
    print(f"\n=== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, env=environment, cwd=REPOSITORY, check=False).returncode
    return code, time.monotonic() - started


def _waited(up: subprocess.Popen[bytes], log: Path) -> tuple[int, float]:
    print(f"\n=== {_UP} (of the end-to-end tests, began first)", flush=True)
    started = time.monotonic()
    code = up.wait()
    print(log.read_text())
    return code, time.monotonic() - started


def _summary(results: dict[str, tuple[int, float]]) -> int:
    print("\n=== summary")
    for name, (code, seconds) in results.items():
        print(f"  {'passed' if code == 0 else 'FAILED':<8}{name:<24}{seconds:6.1f} s")
    return int(any(code for code, _ in results.values()))
