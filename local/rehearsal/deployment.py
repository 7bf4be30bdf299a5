"""The stack of the rehearsal: `aws.tfvars`, with the few values that one machine needs otherwise."""

import dataclasses
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from typing import Any

import psycopg2

from artifacts.packages import machine
from artifacts.paths import REPOSITORY
from local.launcher import lifecycle, processes, record, steps, terraform
from local.launcher.console import ApplyProgress, step
from local.launcher.programs import superuser_url
from local.launcher.settings import Settings
from local.launcher.state import State
from local.observe.running import RunningStack, load, local_client
from local.rehearsal.second_release import FIRST
from local.rehearsal.step_report import StepError
from operations.preflight import CHECKS
from operations.preflight_lines import Needs, Verdict, lines
from operations.tfvars import read_tfvars

NAME = "rehearsal"
CHANGED: Mapping[str, tuple[str, str]] = {
    "release": (FIRST, "this clone's packages, kept under a name that no deployment uses"),
    "admin_email": ("ops@rehearsal.internal", "the file has a placeholder, which Terraform refuses"),
    "cpu_architecture": (machine(), "the functions run on this machine"),
    "database_sslmode": ("prefer", "the Postgres of the wheel has no TLS"),
}
"""The values of aws.tfvars that differ here, with the reasons."""

UNANSWERED = {
    "fargate": "the local stack has no quota of virtual CPUs",
    "image": "the local ECR holds no layers, and the tasks run the service of this clone",
    "database class": "the local RDS lists no classes",
}
"""The subjects of the preflight that only AWS can answer."""

TAKE_DOWN = ("deletion_protection=false", "images_force_delete=true", "buckets_force_destroy=true")
"""The first step of the take-down in terraform/README.md."""
KEY = "module.encryption.aws_kms_key.this"


class Deployment:
    """Applies and destroys the stack. Each method is a step of the rehearsal, or a part of one."""

    def __init__(self, settings: Settings) -> None:
        values = " ".join(f"{name}={value}" for name, (value, _) in CHANGED.items() if name != "admin_email")
        self.settings = dataclasses.replace(
            settings, name=NAME, mode="embedded", tfvars="aws", values=values, admin_email=CHANGED["admin_email"][0]
        )

    @property
    def stack(self) -> RunningStack:
        """Returns the applied stack."""
        return load(NAME)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Returns the values of the file with the changed ones."""
        found = read_tfvars(terraform.SOURCE / "environments" / "aws.tfvars")
        return {**found, **{name: value for name, (value, _) in CHANGED.items()}}

    def client(self, service: str) -> Any:
        """Returns a client that reaches only this stack, also before it is applied."""
        return local_client(self.settings.edge_url, service)

    def start(self) -> None:
        """Starts the stack's processes without any resource."""
        steps.record_settings(self.settings)
        steps.start_processes(self.settings, State.read(self.settings))
        with step("Terraform init"):
            terraform.init(self.settings)

    def preflight(self, outputs: Mapping[str, Any]) -> str:
        """Runs the preflight. Returns its counts. Raises `StepError` with its problems."""
        path = terraform.SOURCE / "environments" / "aws.tfvars"
        needs = Needs(self.values, path, REPOSITORY, self.client, outputs, UNANSWERED)
        found = list(lines(CHECKS, needs))
        if problems := [str(line) for line in found if line.verdict is Verdict.PROBLEM]:
            raise StepError("the preflight has problems:\n" + "\n".join(problems))
        return f"{len(found)} lines, no problem"

    def apply(self, *values: str) -> None:
        """Applies with further values, which stay for the next applies, and waits for the tasks."""
        self.settings = dataclasses.replace(self.settings, values=" ".join((*self._others(values), *values)))
        steps.apply_terraform(self.settings, State.read(self.settings))
        steps.roll_service(self.settings, State.read(self.settings))

    def require_empty_plan(self) -> str:
        """Runs a plan. Raises `StepError` if it would change something."""
        code, text = self.stack.plan()
        if code != 0:
            raise StepError(f"the plan is not empty:\n{text}")
        return "no changes"

    def take_down(self) -> None:
        """Does the steps of terraform/README.md: it allows the destroy, keeps the key, and destroys."""
        self.apply(*TAKE_DOWN)
        self.keep_the_key()
        self.destroy()

    def keep_the_key(self) -> None:
        """Removes the key from Terraform's state, so that the final snapshot stays readable."""
        terraform.run(self.settings, "state", "rm", KEY)

    def destroy(self) -> None:
        """Destroys everything in Terraform's state."""
        with step("Terraform destroy (tflocal)") as progress:
            terraform.destroy(self.settings, ApplyProgress(progress))
        remembered = State.read(self.settings)
        remembered.forget_all_applied()
        remembered.write(self.settings)

    def free_secrets(self) -> list[str]:
        """Deletes the secrets that wait for their last day, as the preflight says. Returns their names."""
        secrets = self.client("secretsmanager")
        listed = secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]
        names = [secret["Name"] for secret in listed if secret.get("DeletedDate")]
        for name in names:
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        return names

    def task_definition(self) -> str:
        """Returns the ARN of the service's present task definition."""
        stack = self.stack
        where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
        return str(stack.client("ecs").describe_services(**where)["services"][0]["taskDefinition"])

    def end_sessions(self, role: str) -> int:
        """Ends every session of a role of the database, as a failover does. Returns their number."""
        with closing(psycopg2.connect(superuser_url(self.settings))) as postgres, postgres.cursor() as cursor:
            cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s", (role,))
            ((count,),) = cursor.fetchall()
        return int(count)

    def end(self) -> None:
        """Ends the stack if it is still there."""
        if record.read(self.settings):
            lifecycle.down(self.settings)

    def remove(self) -> str:
        """Ends every process and deletes every file but the logs. Raises `StepError` if something is left."""
        lifecycle.down(self.settings)
        left = [path.name for path in self.settings.directory.glob("*") if path.name != "logs"]
        if left or record.read(self.settings) or processes.taken_ports(self.settings.ports):
            raise StepError(f"the stack left {left} and ports {processes.taken_ports(self.settings.ports)}")
        return "no process, no port, no file but the logs"

    def _others(self, values: tuple[str, ...]) -> list[str]:
        names = {value.partition("=")[0] for value in values}
        return [value for value in self.settings.values.split() if value.partition("=")[0] not in names]
