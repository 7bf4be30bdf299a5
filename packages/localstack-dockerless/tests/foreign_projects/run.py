"""Takes a project through its whole life: plan, apply, second plan, check at run time, destroy."""

from dataclasses import dataclass, field
from pathlib import Path

from dockerless_testing.emulator import Emulator
from foreign_projects import checks
from foreign_projects.project import Project
from foreign_projects.terraform import Terraform, planned


@dataclass
class Result:
    """Holds what happened. Numbers are resources. Texts are empty where a step was not reached."""

    project: Project
    planned: int = 0
    applied: int = 0
    second_plan: str = ""
    works: str = ""
    destroyed: str = ""
    errors: list[str] = field(default_factory=list)


def run(project: Project, folder: Path, emulator: Emulator, log: Path) -> Result:
    """Returns the result. The output of each command is in the folder `log`."""
    result, terraform = Result(project), Terraform(folder, emulator.url, project.variables)
    log.mkdir(parents=True, exist_ok=True)
    if not _step(result, log, terraform.init(), "init"):
        return result
    plan = terraform("plan", "-input=false")
    result.planned = planned(plan) - plan.text.count("# terraform_data.") - plan.text.count(".terraform_data.")
    if not _step(result, log, plan, "plan"):
        return result
    applied = _step(result, log, terraform("apply", "-input=false", "-auto-approve"), "apply")
    result.applied = terraform.resources()
    if applied:
        again = terraform("plan", "-input=false", "-detailed-exitcode")
        (log / "second-plan.txt").write_text(again.text)
        changed = "changes" if "Plan:" in again.text else "outputs only"
        result.second_plan = {0: "empty", 2: changed}.get(again.code, "fails")
        result.works = _try(project, terraform, emulator)
    gone = _step(result, log, terraform("destroy", "-input=false", "-auto-approve"), "destroy")
    result.destroyed = "yes" if gone else f"no, {terraform.resources()} left"
    return result


def _try(project: Project, terraform: Terraform, emulator: Emulator) -> str:
    if not project.check:
        return "not tried"
    try:
        return str(getattr(checks, project.check)(terraform, emulator))
    except Exception as error:
        return f"no: {type(error).__name__}: {error}"


def _step(result: Result, log: Path, done: object, name: str) -> bool:
    (log / f"{name}.txt").write_text(done.text)  # type: ignore[attr-defined]
    result.errors += [f"{name}: {error}" for error in done.errors()]  # type: ignore[attr-defined]
    return bool(done.code == 0)  # type: ignore[attr-defined]
