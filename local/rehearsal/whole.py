"""The whole life of a deployment with the values of `aws.tfvars`, on a stack of its own.

| step | on AWS |
|---|---|
| preflight, apply, empty plan, preflight | terraform/README.md, "On AWS" |
| migrations | a task of its own, as a release runs it |
| a day | customers from a file, readings, the run, alarms, mails |
| release and rollback under load | another `release`, and the first one again |
| restore drill, new passwords under load | docs/restore.md |
| take-down, destroy, apply again, destroy | terraform/README.md, "Take it down" |
"""

import time
from collections.abc import Callable, Sequence

from domain.database_roles import SERVICE
from local.launcher.settings import Settings
from local.rehearsal.day import Day
from local.rehearsal.deployment import CHANGED, Deployment
from local.rehearsal.inventory import inventory
from local.rehearsal.restore_drill import as_planned, import_instance, run
from local.rehearsal.second_release import FIRST, SECOND, forget_releases, keep_two_releases
from local.rehearsal.step_report import Step, StepError, StepReport
from local.rehearsal.traffic import traffic
from operations.migrate import MigrationError, MigrationTask, migrate
from service.postgres.connections import TRUSTED_FOR

KEPT = ("kms ", "rds energy-final-", "secretsmanager energy-")
"""What a take-down leaves on purpose: the key and the final snapshot, and secrets until their last day."""

REQUESTS_AFTER = 100


def rehearse(settings: Settings, tell: Callable[[str], None]) -> int:
    """Runs every step. Returns 1 if one failed. The stack is removed in any case."""
    rehearsal = Rehearsal(Deployment(settings), tell)
    tell("aws.tfvars, with these values otherwise:")
    for name, (value, reason) in CHANGED.items():
        tell(f"  {name} = {value}: {reason}")
    report = StepReport(tell)
    try:
        return 0 if report.run(rehearsal.steps()) else 1
    finally:
        rehearsal.deployment.end()  # after an interrupt no clean-up step has run
        forget_releases()


class Rehearsal:
    """Has the steps."""

    def __init__(self, deployment: Deployment, tell: Callable[[str], None]) -> None:
        self.deployment = deployment
        self.day = Day()
        self._tell = tell
        self._at_first: set[str] = set()

    def steps(self) -> Sequence[Step]:
        """Returns the steps in their order."""
        deployment = self.deployment
        return [
            Step("packages of two releases", self._packages),
            Step("an empty account", self._start),
            Step("preflight before the apply", lambda: deployment.preflight({})),
            Step("apply", self._apply),
            Step("empty plan", deployment.require_empty_plan),
            Step("preflight after the apply", lambda: deployment.preflight(deployment.stack.outputs)),
            Step("migrations as a task of their own", self._migrate),
            Step("customers from a file", lambda: self.day.import_customers(deployment.stack)),
            Step("a day", lambda: self.day.run(deployment.stack)),
            Step("a release under load", lambda: self._release(SECOND)),
            Step("its rollback under load", lambda: self._release(FIRST)),
            Step("restore drill", self._drill),
            Step("new passwords under load", self._rotate),
            Step("empty plan after the drill", deployment.require_empty_plan),
            Step("take-down and destroy", self._destroy),
            Step("apply again", self._apply_again),
            Step("destroy again", self._destroy),
            Step("nothing left", deployment.remove, cleanup=True),
        ]

    def _packages(self) -> str:
        keep_two_releases()
        return f"{FIRST}, {SECOND}"

    def _start(self) -> str:
        self.deployment.start()
        self._at_first = inventory(self.deployment.client)
        return f"{len(self._at_first)} resources that every account has"

    def _apply(self) -> str:
        self.deployment.apply()
        return f"{len(inventory(self.deployment.client) - self._at_first)} resources of the list"

    def _migrate(self) -> str:
        """Runs the migration again, as an operator does. The apply has run it before it made the service."""
        stack, told = self.deployment.stack, list[str]()
        task = MigrationTask.of(stack.outputs["migration_task"])
        try:
            migrate(task, stack.client("ecs"), stack.client("logs"), told.append)
        except MigrationError as error:
            raise StepError(str(error)) from error
        return told[-1]

    def _release(self, release: str) -> str:
        stack = self.deployment.stack
        before = self.deployment.task_definition()
        with traffic(stack.api_url, self.day.callers(stack)) as answers:
            self.deployment.apply(f"release={release}")
        if self.deployment.task_definition() == before:
            raise StepError(f"the tasks did not change to {release}")
        return answers.require_success()

    def _drill(self) -> str:
        stack = self.deployment.stack
        found = run(stack, self.day.senders(stack), self._tell)
        import_instance(stack)
        if not as_planned(found):
            raise StepError("the drill did not go as planned")
        return f"{found.loss.lost} reading lost, {found.seconds:.0f} s"

    def _rotate(self) -> str:
        """Applies new passwords, and with them what the restore could not set. Then it ends every session."""
        stack = self.deployment.stack
        with traffic(stack.api_url, self.day.callers(stack)) as during:
            self.deployment.apply("database_password_version=2")
        time.sleep(2 * TRUSTED_FOR)  # the pool pings a connection that has rested, and replaces a dead one
        ended = self.deployment.end_sessions(SERVICE)
        with traffic(stack.api_url, self.day.callers(stack)) as after:
            after.wait_for(REQUESTS_AFTER)
        return f"{during.require_success()}; then {ended} sessions were ended, and {after.require_success()}"

    def _destroy(self) -> str:
        self.deployment.take_down()
        left = inventory(self.deployment.client) - self._at_first
        if unforeseen := sorted(each for each in left if not each.startswith(KEPT)):
            raise StepError("the destroy left " + ", ".join(unforeseen))
        return f"only what is kept on purpose: {', '.join(sorted(left))}"

    def _apply_again(self) -> str:
        """Frees the names of the deleted secrets first, as the preflight says."""
        names = self.deployment.free_secrets()
        self.deployment.apply()
        return f"after {len(names)} names of secrets were freed"
