"""`make test` runs all checks and tests on a stack of their own, and takes that stack down afterwards."""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

from artifacts import environments, locks
from local import shell
from local.commands.suites import Run, Step
from local.launcher import processes, record, terraform, terraform_environment
from local.launcher.guard import local_only, pointed_at
from local.launcher.hints import make
from local.launcher.orphans import processors_of
from local.launcher.settings import LOCAL, PACKAGE, REPOSITORY, Settings

NAME, OF_FAULTS = "test", "test-faults"
_AWS = terraform.SOURCE / "environments" / "aws.tfvars"
_SCAN = environments.python_of("scan").parent
# zizmor does not ask GitHub, and reads no file with exceptions: each stands in its line with its reason.
_ZIZMOR = [str(_SCAN / "zizmor"), "--offline", "--no-progress", "--no-config", "--strict-collection", "--pedantic"]
# The schemas are in the package, so nothing is downloaded.
_SCHEMA = [str(_SCAN / "check-jsonschema"), "--builtin-schema"]
# checkov does not ask its database and its guidelines on the internet.
_CHECKOV = [
    *(str(environments.python_of("scan")), "-m", "checkov.main"),
    *("--quiet", "--compact", "--skip-download", "--framework"),
]
_PYTHON = ("domain", "lambdas", "service", "operations", "seed", "artifacts", "local", "packages", "tests", "bench")
_CONTAINERS, _WORKFLOWS = ("*/Dockerfile", "local/*/Dockerfile"), ".github/workflows/*.yml"
_DEPENDABOT = ".github/dependabot.yml"
_TERRAFORM = (str(terraform.SOURCE), str(PACKAGE / "examples"))
OTHER_LANES = 2
"""The lanes beside the stack's. With one, a processor of 2 is idle for a third of the time, because tests wait."""
_END_TO_END, _FAULTS = {"end-to-end tests": "e2e"}, {"fault tests": "faults"}
_BROWSER, _SECURITY = {"browser tests": "browser"}, {"security tests": "security"}
_LEFT = {"what faults leave": "security/test_nothing_left.py"}


def test(settings: Settings) -> int:
    """Runs everything in lanes side by side.

    One lane brings a stack up and runs the end-to-end, browser and security tests. The security tests run last, because
    they examine everything that the others left there. The other lanes share the steps that need no such stack. The
    fault tests are one of them: they have a stack of their own, which starts from the template of the first one.
    """
    return _with_stack(settings, _END_TO_END | _BROWSER | _SECURITY, meanwhile=True)


def test_end_to_end(settings: Settings) -> int:
    """Runs only the end-to-end tests, on a stack of their own in the mode that `MODE` names.

    The service `deploy` of `docker-compose.yml` can start no further stack. There the tests run on its own stack.
    """
    if settings.mode == "compose":
        run = _run(NAME)
        run.lanes(_steps(run, _END_TO_END, shell.launching() | pointed_at(settings.edge_url)))
        return run.summary()
    return _with_stack(settings, _END_TO_END)


def test_faults(settings: Settings) -> int:
    """Runs only the fault tests, on a stack of their own, and looks for secrets in what they left."""
    return _with_stack(settings, _FAULTS | _LEFT, name=OF_FAULTS)


def _with_stack(settings: Settings, suites: dict[str, str], name: str = NAME, *, meanwhile: bool = False) -> int:
    with locks.held(LOCAL / "stacks" / f"{name}.suites.lock", "make test"):
        if record.read(Settings(name=name)):  # a killed run left this stack, perhaps on other ports
            subprocess.run(
                _launcher("down"), env=shell.launching() | {"STACK": name, "PORT": ""}, cwd=REPOSITORY, check=True
            )
        return _run_on_stack(dataclasses.replace(settings, name=name), suites, meanwhile=meanwhile)


def _run_on_stack(settings: Settings, suites: dict[str, str], *, meanwhile: bool) -> int:
    stack = free_settings(dataclasses.replace(settings, port=settings.port + 200))
    environment = shell.launching() | pointed_at(stack.edge_url) | {"STACK": stack.name, "PORT": str(stack.port)}
    if meanwhile or _FAULTS.items() <= suites.items():
        environment["FAULTS"] = "on"  # both stacks start from one template
    run = _run(stack.name)
    up, down = (Step(make(each, stack.name), _launcher(each), environment, needed=True) for each in ("up", "down"))
    on_stack = [up, *_steps(run, suites, environment)]
    on_stack = [dataclasses.replace(step, stack_processors=lambda: processors_of(stack)) for step in on_stack]
    try:
        others = [()] * OTHER_LANES if meanwhile else []
        run.lanes(on_stack, *others, shared=_without_stack(run, stack, environment) if meanwhile else ())
    finally:
        run.step(down)
    return run.summary()


def _run(name: str) -> Run:
    """Returns a run whose reports are beside the stacks, because the security tests search all of a stack's folder."""
    reports = LOCAL / "test-reports" / name
    shutil.rmtree(reports, ignore_errors=True)
    return Run(reports)


def _steps(run: Run, suites: dict[str, str], environment: Mapping[str, str]) -> list[Step]:
    return [Step(name, _pytest(run, name, f"tests/{suite}"), environment) for name, suite in suites.items()]


def _without_stack(run: Run, stack: Settings, environment: Mapping[str, str]) -> list[Step]:
    """Returns the steps that need no stack, the longest ones first: a long one must not begin when others are over.

    The fault tests come third: the template that they start from must be there.
    """
    plugins = Step("plug-ins' integration", _of_plugins(run, "plug-ins' integration", "integration"), environment)
    faults = Step("fault tests", _launcher("test-faults"), shell.launching())
    integration = _steps(run, {"integration tests": "integration"}, environment)
    return [plugins, *integration, faults, *_unit_tests(run, stack), *_scans(stack)]


def free_settings(settings: Settings) -> Settings:
    """Returns the settings with the next free ports, so that two clones can be tested at the same time."""
    while processes.taken_ports(settings.ports) or record.holders(settings):
        settings = dataclasses.replace(settings, port=settings.port + 10)
    return settings


def checks() -> list[tuple[str, list[str]]]:
    """Returns the checks that need no running stack, for `make check`."""
    return [
        ("lint", [sys.executable, "-m", "ruff", "check", "."]),
        ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
        ("types", [sys.executable, "-m", "mypy", *_PYTHON]),
        ("terraform fmt", ["terraform", "fmt", "-check", "-recursive", "-diff", *_TERRAFORM]),
        ("secret scan", [sys.executable, "-m", "local.commands.secret_scan"]),
        ("terraform scan", [*_CHECKOV, "terraform", "-d", str(terraform.SOURCE), "--var-file", str(_AWS)]),
        ("container scan", [*_CHECKOV, "dockerfile", "github_actions", "-f", *_found(*_CONTAINERS, _WORKFLOWS)]),
        ("workflow scan", [*_ZIZMOR, *_found(_WORKFLOWS), _DEPENDABOT, ".pre-commit-config.yaml"]),
        ("workflow schema", [*_SCHEMA, "vendor.github-workflows", *_found(_WORKFLOWS)]),
        ("dependabot schema", [*_SCHEMA, "vendor.dependabot", _DEPENDABOT]),
    ]


def _found(*patterns: str) -> list[str]:
    found = [path for pattern in patterns for path in REPOSITORY.glob(pattern)]
    return [str(path.relative_to(REPOSITORY)) for path in sorted(found)]


def check(settings: Settings) -> int:
    """Runs the lint, format, type and scanner checks and the unit tests."""
    run = _run("check")
    run.lanes([*_scans(settings), *_unit_tests(run, settings)])
    return run.summary()


def _scans(settings: Settings) -> list[Step]:
    environment = local_only(settings.edge_url)
    return [Step(name, command, environment) for name, command in checks()]


def _unit_tests(run: Run, settings: Settings) -> list[Step]:
    environment = local_only(settings.edge_url)
    plugins = Step("plug-ins' unit tests", _of_plugins(run, "plug-ins' unit tests", "unit"), environment)
    return [*_steps(run, {"unit tests": "unit"}, environment), plugins]


def _pytest(run: Run, name: str, folder: str) -> list[str]:
    wished = os.environ.get("PYTEST_ARGUMENTS", "").split()
    return [sys.executable, "-m", "pytest", folder, f"--junitxml={run.report_of(name)}", *wished]


def _of_plugins(run: Run, name: str, suite: str) -> list[str]:
    """Returns the command of a suite of the plug-ins, which have their own configuration apart from this repository."""
    given = {
        "DOCKERLESS_PYTHON": environments.python_of("localstack"),
        "EMULATOR_LAMBDA_PYTHON": environments.python_of("lambda"),
        "DOCKERLESS_CONSTRAINTS": REPOSITORY / "requirements" / "localstack.txt",
        "TF_PLUGIN_MIRROR": terraform_environment.find_mirror() or "",
    }
    tests = _pytest(run, name, str(PACKAGE / "tests" / suite))
    return ["env", *(f"{name}={value}" for name, value in given.items()), *tests]


def _launcher(command: str) -> list[str]:
    return [sys.executable, "-m", "local.run", command]
