"""The content of files decides what a deployment changes: each file belongs to its parts and to no other part."""

import contextlib
import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from artifacts import packages
from artifacts.packages import FUNCTIONS
from local.launcher import changes, function_code, identity, state, steps, terraform
from local.launcher.settings import PACKAGE, REPOSITORY, Settings
from local.launcher.state import State

ALL = set(FUNCTIONS) - {"notifier"}
"""The functions of a stack that notifies no customers."""
CODE = str(PACKAGE / "src" / "localstack_dockerless")
FOLDERS = ("domain", "lambdas", "service", "terraform", "requirements", str(PACKAGE))
ENGINE = "local/Dockerfile"
ENGINES_OWN = (ENGINE,)
STACK = Settings(name="changes")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yields a copy of the deployed files, which the launcher takes for the repository."""
    top = tmp_path_factory.mktemp("clone")
    generated = shutil.ignore_patterns("__pycache__", "*.egg-info", ".terraform", "*.tfstate*")
    for folder in FOLDERS:
        shutil.copytree(REPOSITORY / folder, top / folder, ignore=generated)
    (top / ENGINE).parent.mkdir()
    shutil.copyfile(REPOSITORY / ENGINE, top / ENGINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages, "REPOSITORY", top)
        patch.setattr(packages, "BUILT", top / "build")
        patch.setattr(packages, "_dependencies", lambda lock, _: _packages_of(lock, top / "build"))
        patch.setattr(state, "REPOSITORY", top)
        patch.setattr(terraform, "SOURCE", top / "terraform")
        yield top


def _packages_of(lock: Path, folder: Path) -> Path:
    """Returns a zip that stands for the packages of a lock file. Other packages give another zip."""
    path = folder / f"{hashlib.sha256(lock.read_bytes()).hexdigest()}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(path.name), b"")
    return path


@pytest.fixture(scope="module")
def deployed(clone: Path) -> State:
    """Returns the record of a stack to which the unchanged clone was deployed."""
    packages.build()
    fingerprints = {
        "emulator": state.emulator_fingerprint(ENGINES_OWN),
        "configuration": state.configuration_fingerprint(STACK),
        "service": state.service_fingerprint(),
    }
    return State(session="s", fingerprints=fingerprints, zips=state.zip_hashes())


@pytest.fixture
def edited(clone: Path) -> Iterator[None]:
    """Restores the clone after the test."""
    before = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file() and "build" not in path.parts}
    yield
    for path in clone.rglob("*"):
        if path.is_file() and "build" not in path.parts and path not in before:
            path.unlink()
    for path, content in before.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
    packages.build()


def _parts(deployed: State, settings: Settings = STACK) -> set[str]:
    return set(changes.since_deployment(settings, deployed, ENGINES_OWN).words())


def _judged(deployed: State) -> set[str]:
    """Returns the changed parts after the zips are built. Before that, each of them must count as changed too."""
    unbuilt = _parts(deployed)
    packages.build()
    built = _parts(deployed)
    assert built <= unbuilt
    return built


@pytest.mark.usefixtures("edited")
@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("domain/findings/checks/missing_consumption.py", {"alerting", "publisher", "reporter"}),
        ("domain/api_keys.py", ALL),
        ("domain/readings.py", (ALL - {"authorizer", "database_roles"}) | {"service"}),
        ("domain/__init__.py", ALL | {"service"}),
        ("lambdas/exporter/database.py", {"exporter"}),
        ("lambdas/runtime/logs.py", ALL),
        ("requirements/lambda-exporter.txt", {"exporter"}),
        ("service/readings/parser.py", {"service"}),
        ("service/Dockerfile", {"service"}),
        ("requirements/service.txt", {"service"}),
        (f"{CODE}/services/ecs/agent/agent.py", {"service", "plug-ins"}),
        (f"{CODE}/plugins.py", {"plug-ins"}),
        (f"{PACKAGE}/pyproject.toml", {"plug-ins"}),
        ("requirements/localstack.txt", {"plug-ins"}),
        ("requirements/lambda.txt", {"plug-ins"}),
        (ENGINE, {"plug-ins"}),
        ("terraform/main.tf", {"terraform"}),
        ("terraform/modules/lambda/main.tf", {"terraform"}),
        ("terraform/environments/local.tfvars", {"terraform"}),
        ("terraform/.terraform.lock.hcl", {"terraform"}),
        (f"{PACKAGE}/README.md", set()),
        (f"{PACKAGE}/CHANGELOG.md", set()),
        (f"{PACKAGE}/docs/coverage.md", set()),
        ("service/README.md", set()),
    ],
)
def test_an_edited_file_changes_its_parts(clone: Path, deployed: State, file: str, parts: set[str]) -> None:
    with (clone / file).open("a") as out:
        out.write("\n# edited\n")
    assert _judged(deployed) == parts


@pytest.mark.usefixtures("edited")
@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("terraform/modules/lambda/new.tf", {"terraform"}),
        ("terraform/terraform.tfvars", {"terraform"}),
        ("terraform/new.auto.tfvars.json", {"terraform"}),
        ("lambdas/planner/table.json", {"planner"}),
        ("lambdas/runtime/new.py", ALL),
        (f"{CODE}/services/new.py", {"plug-ins"}),
        ("service/new.py", {"service"}),
        (f"{PACKAGE}/tests/test_new.py", set()),
        ("domain/findings/nobody_imports_it.py", set()),
    ],
)
def test_a_new_file_changes_its_parts_and_so_does_its_end(
    clone: Path, deployed: State, file: str, parts: set[str]
) -> None:
    path = clone / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    assert _judged(deployed) == parts
    path.unlink()
    assert _judged(deployed) == set()


@pytest.mark.usefixtures("edited")
def test_a_file_that_goes_changes_its_parts(clone: Path, deployed: State) -> None:
    (clone / "terraform" / "moved.tf").unlink()
    (clone / "lambdas" / "planner" / "handler.py").unlink()
    assert _judged(deployed) == {"terraform", "planner"}


@pytest.mark.usefixtures("edited")
def test_an_edit_that_is_taken_back_leaves_nothing_to_deploy(clone: Path, deployed: State) -> None:
    path = clone / "domain" / "days.py"
    before = path.read_text()
    path.write_text(before + "# edited\n")
    assert _judged(deployed) == ALL | {"service"}
    path.write_text(before)
    assert _judged(deployed) == set()


@pytest.mark.parametrize("setting", [{"admin_email": "other@example.com"}, {"log_level": "DEBUG"}])
def test_a_setting_that_terraform_is_given_is_configuration(deployed: State, setting: dict[str, str]) -> None:
    assert _parts(deployed, replace(STACK, **setting)) == {"terraform"}  # type: ignore[arg-type]


def test_only_a_stack_that_notifies_customers_has_the_notifier() -> None:
    assert "notifier" not in changes.functions_of(STACK)
    assert changes.functions_of(replace(STACK, customer_notifications="ses")) == list(FUNCTIONS)


def test_of_a_part_that_nothing_is_recorded_of_nothing_is_assumed() -> None:
    assert _parts(State()) == {*ALL, "plug-ins", "terraform", "service"}


@pytest.fixture
def recorded(deployed: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Records the same stack, for an apply or an update of code that stops half-way."""
    monkeypatch.setattr(Settings, "directory", tmp_path)
    monkeypatch.setattr(steps, "load", lambda _: MagicMock())
    monkeypatch.setattr(steps, "save", lambda _: None)
    monkeypatch.setattr(identity, "require_own", lambda *_: None)
    terraforms = {  # the zips' folder as it is seen from the stack's is part of them
        "terraform": state.terraform_fingerprint(STACK),
        "configuration": state.configuration_fingerprint(STACK),
    }
    found = replace(deployed, fingerprints=deployed.fingerprints | terraforms, zips=dict(deployed.zips))
    found.write(STACK)
    return found


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


def _failed(*_: object) -> None:
    raise terraform.TerraformError("no")


@pytest.mark.usefixtures("edited")
@pytest.mark.parametrize("end", [_stopped, _failed])
def test_an_edit_whose_apply_did_not_end_well_is_not_taken_back_by_an_edit(
    recorded: State, clone: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[..., None]
) -> None:
    monkeypatch.setattr(terraform, "apply", end)
    main = clone / "terraform" / "main.tf"
    before = main.read_text()
    main.write_text(before + "# edited\n")
    with pytest.raises((KeyboardInterrupt, terraform.TerraformError)):
        steps.apply_terraform(STACK, recorded)
    main.write_text(before)
    assert _parts(State.read(STACK)) == {*ALL, "terraform"}


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("end", [_stopped, _failed])
def test_code_whose_update_did_not_end_well_is_still_to_deploy_by_an_apply(
    monkeypatch: pytest.MonkeyPatch, end: Callable[..., None]
) -> None:
    monkeypatch.setattr(function_code, "update", end)
    with contextlib.suppress(KeyboardInterrupt):
        assert steps.update_functions(STACK, ["alerting"]) is False
    remembered = State.read(STACK)
    assert _parts(remembered) == {"alerting"}
    assert "terraform" not in remembered.fingerprints  # the stack is not complete: the next command applies


@pytest.mark.usefixtures("recorded")
def test_after_its_update_code_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_code, "update", lambda *_: None)
    before = State.read(STACK)
    replace(before, zips=before.zips | {"alerting": "earlier"}, fingerprints={**before.fingerprints}).write(STACK)
    assert steps.update_functions(STACK, ["alerting"]) is True
    assert State.read(STACK) == before
