"""The pipeline's functions, made to fail by their own settings and by signals, and what a run's history says of it."""

import json
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.map_runs import children, events, map_runs
from tests.e2e.pipeline import Execution, Pipeline
from tests.faults.processes import function_processes

READY_SECONDS = 60
LITTLE_MEMORY = 256  # MB, enough for a few customers


@dataclass(frozen=True)
class Attempt:
    """A task that did not succeed: the error's name, and what it says."""

    error: str
    cause: str


class Functions:
    """The stack's functions, by their short names such as `exporter`."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._lambda, self._steps = stack.client("lambda"), stack.client("stepfunctions")

    def name(self, function: str) -> str:
        return str(self._stack.outputs["log_groups"][function]).rpartition("/")[2]

    @contextmanager
    def set_to(self, function: str, **settings: Any) -> Iterator[None]:
        """Runs that begin within it get a version with other settings (`Timeout` in seconds, `MemorySize` in MB).

        The runs have to end within it, because the version is deleted afterwards.
        """
        name = self.name(function)
        before = self._lambda.get_function_configuration(FunctionName=name)
        self._configure(name, settings)
        version = self._lambda.publish_version(FunctionName=name)
        try:
            with self._named_in_definition(name, version["FunctionArn"]):
                yield
        finally:
            self._configure(name, {setting: before[setting] for setting in settings})
            self._lambda.delete_function(FunctionName=name, Qualifier=version["Version"])

    @contextmanager
    def with_too_little_memory(self, function: str, module: Path) -> Iterator[Callable[[], None]]:
        """Runs that begin within it get a version with little memory, which holds as much from its start on.

        It yields a function that ends the need for memory. `module` is a folder for the Python module that needs it.
        The interpreter imports the module by itself.
        """
        name, ballast = self.name(function), module / "sitecustomize.py"
        variables = self._lambda.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        ballast.write_text(f"ballast = b'x' * ({LITTLE_MEMORY} << 20)\n")
        environment = {"Variables": variables | {"PYTHONPATH": str(module)}}
        with self.set_to(function, MemorySize=LITTLE_MEMORY, Environment=environment):
            yield ballast.unlink

    def processes(self, function: str) -> list[psutil.Process]:
        """Its runtimes that live."""
        return function_processes(self._stack, self.name(function))

    def kill(self, function: str) -> int:
        """SIGKILL to its runtimes; returns how many."""
        found = self.processes(function)
        for process in found:
            process.kill()
        return len(found)

    @contextmanager
    def disk_of(self, function: str, size: int) -> Iterator[None]:
        """Within it, the function's living runtimes can write no file larger than `size` bytes."""
        limited = self.processes(function)
        assert limited, f"no runtime of {function} lives"
        before = [process.rlimit(resource.RLIMIT_FSIZE) for process in limited]
        for process, (_, most) in zip(limited, before, strict=True):
            process.rlimit(resource.RLIMIT_FSIZE, (size, most))
        try:
            yield
        finally:
            for process, limits in zip(limited, before, strict=True):
                if process.is_running():
                    process.rlimit(resource.RLIMIT_FSIZE, limits)

    @contextmanager
    def stopped(self, function: str) -> Iterator[None]:
        """Within it Lambda refuses each invocation of the function, which its caller repeats."""
        name = self.name(function)
        self._lambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        try:
            yield
        finally:
            self._lambda.delete_function_concurrency(FunctionName=name)

    @contextmanager
    def _named_in_definition(self, name: str, arn: str) -> Iterator[None]:
        """Within it the pipeline's definition names this version of the function."""
        machine = self._stack.outputs["state_machine_arn"]
        before = self._steps.describe_state_machine(stateMachineArn=machine)["definition"]
        definition = re.sub(rf'"{re.escape(arn.rpartition(":")[0])}:\d+"', f'"{arn}"', before)
        self._steps.update_state_machine(stateMachineArn=machine, definition=definition)
        try:
            yield
        finally:
            self._steps.update_state_machine(stateMachineArn=machine, definition=before)

    def _configure(self, name: str, settings: dict[str, Any]) -> None:
        self._lambda.update_function_configuration(FunctionName=name, **settings)
        wait_until(lambda: self._is_ready(name), READY_SECONDS, f"{name} with its new settings")

    def _is_ready(self, name: str) -> bool:
        configuration = self._lambda.get_function_configuration(FunctionName=name)
        return bool(configuration["State"] == "Active" and configuration["LastUpdateStatus"] == "Successful")


class Run:
    """An execution that may still run."""

    def __init__(self, pipeline: Pipeline, day: str, **more: Any) -> None:
        self._pipeline, self._steps = pipeline, pipeline.stack.client("stepfunctions")
        pipeline.used_days.add(day)
        answer = self._steps.start_execution(
            stateMachineArn=pipeline.stack.outputs["state_machine_arn"], input=json.dumps({"date": day, **more})
        )
        self.arn = str(answer["executionArn"])

    def failed_attempts(self) -> list[Attempt]:
        """The tasks that failed or timed out so far, in the run and in its shards, those tried again among them."""
        details = [
            event.get("taskFailedEventDetails") or event.get("taskTimedOutEventDetails")
            for event in events(self._steps, self.arn)
        ]
        return [Attempt(each.get("error", ""), each.get("cause", "")) for each in details if each]

    def map_runs(self) -> list[dict[str, Any]]:
        """The runs of the distributed Map, the first one first."""
        return map_runs(self._steps, self.arn)

    def shards(self) -> list[dict[str, Any]]:
        """The executions of the shards."""
        return children(self._steps, self.arn)

    def stop(self) -> None:
        self._steps.stop_execution(executionArn=self.arn)

    def ended(self) -> Execution:
        return self._pipeline.ended(self.arn)

    def succeeded(self) -> Execution:
        execution = self.ended()
        assert execution.status == "SUCCEEDED", execution
        return execution
