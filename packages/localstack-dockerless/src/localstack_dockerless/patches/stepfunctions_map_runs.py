"""Each item of a distributed Map is an execution of its own, and a child that fails counts."""

import re
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack runs the items inside the parent. A failed item fails nothing, and the result files stay empty.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html",
    when="stepfunctions",
)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_map"
    ".iteration.distributed_iteration_component:DistributedIterationComponent._eval_body"
)
def run_iterations(_original: Any, self: Any, env: Any) -> None:
    from localstack_dockerless.services.stepfunctions.map_runs import state  # noqa: PLC0415 -- slow

    state.run_iterations(self, env)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_map.state_map:StateMap._eval_execution"
)
def evaluate(original: Any, self: Any, env: Any) -> None:
    from localstack_dockerless.services.stepfunctions.map_runs import state  # noqa: PLC0415 -- slow

    state.evaluate(original, self, env)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_map"
    ".result_writer.result_writer_decl:ResultWriter._eval_body"
)
def write(original: Any, self: Any, env: Any) -> None:
    from localstack_dockerless.services.stepfunctions.map_runs import state  # noqa: PLC0415 -- slow

    state.write(original, self, env)


@PATCH.replaces(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_map"
    ".result_writer.resource_eval.resource_eval_s3:ResourceEvalS3._handle_put_object"
)
def put_results(_present: Any) -> Any:
    from localstack_dockerless.services.stepfunctions.map_runs import state  # noqa: PLC0415 -- slow

    return staticmethod(state.put_results)


@PATCH.replaces("localstack.services.stepfunctions.provider:StepFunctionsProvider._list_execution_filter")
def list_execution_filter(original: Any) -> Any:
    from localstack_dockerless.services.stepfunctions.requests import ChildrenOf  # noqa: PLC0415 -- slow

    def is_listed(ex: Any, state_machine_arn: Any, status_filter: Any) -> bool:
        if not isinstance(state_machine_arn, ChildrenOf):
            return bool(original(ex, state_machine_arn, status_filter))
        if getattr(ex, "map_run_arn", None) != state_machine_arn.map_run_arn:
            return False
        return not status_filter or ex.exec_status == status_filter

    return staticmethod(is_listed)


@PATCH.replaces("localstack.services.stepfunctions.provider:StepFunctionsProvider._STATE_MACHINE_EXECUTION_ARN_REGEX")
def execution_arns(present: Any) -> Any:
    """A child execution's ARN has the Map's label after the state machine's name."""
    return re.compile(present.pattern.replace("[a-zA-Z0-9-_.]+", "[a-zA-Z0-9-_.]+(/[a-zA-Z0-9-_.]+)?", 1))


@PATCH.wraps("localstack.services.stepfunctions.backend.execution_worker:ExecutionWorker.start")
def start(original: Any, self: Any) -> None:
    """Makes the environment, which has the map runs, before the thread. Without it ListMapRuns fails until then."""
    self.env = self._get_evaluation_environment()
    original(self)


@PATCH.wraps("localstack.services.stepfunctions.backend.execution_worker:ExecutionWorker._get_evaluation_environment")
def environment(original: Any, self: Any) -> Any:
    return self.env or original(self)
