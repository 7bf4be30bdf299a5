"""Every plug-in that this extension registers with LocalStack; the work is in the modules named here.

Imports are inside the functions because LocalStack loads this file at start and a plug-in when it is first used.
"""

# ruff: noqa: PLC0415 -- see above

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import Service, aws_provider


@aws_provider()
def apigatewayv2() -> Service:
    from emulator.control_plane.apigatewayv2 import ApiGatewayV2Provider
    from emulator.control_plane.moto_provider import as_service

    return as_service(ApiGatewayV2Provider())


@aws_provider(api="application-autoscaling")
def application_autoscaling() -> Service:
    from emulator.control_plane.application_autoscaling import ApplicationAutoScalingProvider
    from emulator.control_plane.moto_provider import as_service

    return as_service(ApplicationAutoScalingProvider())


@aws_provider(api="dynamodb", name="moto")
def dynamodb() -> Service:
    from emulator.control_plane.dynamodb import DynamoDbProvider
    from emulator.control_plane.moto_provider import as_service

    return as_service(DynamoDbProvider())


@aws_provider()
def ecr() -> Service:
    from emulator.control_plane.ecr import EcrProvider
    from emulator.control_plane.moto_provider import as_service

    return as_service(EcrProvider())


@aws_provider()
def ecs() -> Service:
    from emulator.control_plane.ecs import EcsProvider
    from emulator.control_plane.moto_provider import as_service

    return as_service(EcsProvider())


@aws_provider()
def elbv2() -> Service:
    from emulator.control_plane.elbv2 import Elbv2Provider
    from emulator.control_plane.moto_provider import as_service

    return as_service(Elbv2Provider())


@aws_provider()
def rds() -> Service:
    from emulator.control_plane.moto_provider import as_service
    from emulator.control_plane.rds import RdsProvider

    return as_service(RdsProvider())


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # untyped here
    """Runs Lambda functions as processes: `LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type:
        from emulator.lambda_runtime.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor


@hooks.on_infra_start()
def keep_stacks_apart() -> None:
    from emulator.folders import keep_apart

    keep_apart()


@hooks.on_infra_start()
def listen_where_told() -> None:
    from emulator.listening import bind_to_the_given_addresses, leave_forms_unread, leave_requests_unlogged

    bind_to_the_given_addresses()
    leave_forms_unread()
    leave_requests_unlogged()


@hooks.on_infra_start()
def tell_whose_it_is() -> None:
    from emulator.identity import register

    register()


@hooks.on_infra_start()
def start_http_api() -> None:
    from emulator.http_api.router import judge, note_refused, register
    from emulator.http_server.start import answer_every_request

    register()
    answer_every_request(judge, note_refused)


@hooks.on_infra_start()
def refuse_unsupported_functions() -> None:
    from emulator.lambda_runtime.request_checks import register

    register()


@hooks.on_infra_start()
def start_ecs_agents() -> None:
    from emulator.ecs.agents import register

    register()


@hooks.on_infra_start()
def refuse_impossible_subnets() -> None:
    from emulator.subnets import register

    register()


@hooks.on_infra_start()
def mend_event_targets() -> None:
    from emulator import event_refusals, kinesis
    from emulator.event_archives import keep_and_replay
    from emulator.event_targets import deliver_as_aws_does
    from emulator.logs import start as logs

    deliver_as_aws_does()
    keep_and_replay()
    event_refusals.register()
    kinesis.register()
    logs.register()


@hooks.on_infra_start()
def mend_queues() -> None:
    from emulator.queues import forget_emptied_redrive_allow_policy, hold_to_bounds

    forget_emptied_redrive_allow_policy()
    hold_to_bounds()


@hooks.on_infra_start()
def keep_mail_subjects() -> None:
    from emulator.mail import keep_subjects

    keep_subjects()


@hooks.on_infra_start()
def enforce_iam() -> None:
    from emulator.iam.hook import register

    register()


@hooks.on_infra_start()
def monitor() -> None:
    from emulator.monitoring.start import register

    register()


@hooks.on_infra_start()
def inject_faults() -> None:
    from emulator.faults.injection import register

    register()


@hooks.on_infra_shutdown()
def stop_load_balancer() -> None:
    from emulator.load_balancer.health import stop

    stop()
