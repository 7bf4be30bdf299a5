"""Declares every plug-in that this package registers with LocalStack. The named modules do the work.

Imports are inside the functions because LocalStack loads this file at its start, and a plug-in at its first use.
"""

# ruff: noqa: PLC0415 -- see above

import sys

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import Service, aws_provider

FIRST = 100
"""The priority of a hook that runs before all other hooks, which have 0."""


@aws_provider()
def apigatewayv2() -> Service:
    from localstack_dockerless.services.apigatewayv2.provider import ApiGatewayV2Provider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(ApiGatewayV2Provider())


@aws_provider(api="application-autoscaling")
def application_autoscaling() -> Service:
    from localstack_dockerless.services.application_autoscaling.provider import ApplicationAutoScalingProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(ApplicationAutoScalingProvider())


@aws_provider()
def athena() -> Service:
    from localstack_dockerless.services.athena.provider import AthenaProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(AthenaProvider())


@aws_provider(api="dynamodb", name="moto")
def dynamodb() -> Service:
    from localstack_dockerless.services.dynamodb.provider import DynamoDbProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(DynamoDbProvider())


@aws_provider()
def ecr() -> Service:
    from localstack_dockerless.services.ecr.provider import EcrProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(EcrProvider())


@aws_provider()
def ecs() -> Service:
    from localstack_dockerless.services.ecs.provider import EcsProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(EcsProvider())


@aws_provider()
def elbv2() -> Service:
    from localstack_dockerless.services.elbv2.provider import Elbv2Provider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(Elbv2Provider())


@aws_provider()
def glue() -> Service:
    from localstack_dockerless.services.glue.provider import GlueProvider
    from localstack_dockerless.services.moto_provider import as_service

    return as_service(GlueProvider())


@aws_provider()
def rds() -> Service:
    from localstack_dockerless.services.moto_provider import as_service
    from localstack_dockerless.services.rds.provider import RdsProvider

    return as_service(RdsProvider())


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # untyped here
    """Runs Lambda functions as processes: `LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type:
        from localstack_dockerless.services.lambda_.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor


@hooks.on_infra_start(priority=FIRST)
def look_for_no_credentials() -> None:
    from localstack_dockerless.credentials import use_dummy_credentials

    use_dummy_credentials()


@hooks.on_infra_start(priority=FIRST)
def apply_patches() -> None:
    from localstack_dockerless.patches.registry import register

    register()


@hooks.on_infra_start()
def tell_whose_it_is() -> None:
    from localstack_dockerless.identity import register

    register()


@hooks.on_infra_start()
def start_http_api() -> None:
    from localstack_dockerless.http_server.start import answer_every_request
    from localstack_dockerless.services.apigatewayv2.execute_api.router import judge, note_refused, register
    from localstack_dockerless.services.elbv2.entrances import by_path

    register()
    by_path.register()
    answer_every_request(judge, note_refused)


@hooks.on_infra_start()
def refuse_unsupported_functions() -> None:
    from localstack_dockerless.services.lambda_.request_checks import register

    register()


@hooks.on_infra_start()
def start_ecs_agents() -> None:
    from localstack_dockerless.services.ecs.agents import register

    register()


@hooks.on_infra_start()
def refuse_impossible_subnets() -> None:
    from localstack_dockerless.services.ec2.subnets import register

    register()


@hooks.on_infra_start()
def check_requests() -> None:
    from localstack_dockerless.services.events import refusals as events
    from localstack_dockerless.services.kinesis import requests as kinesis
    from localstack_dockerless.services.logs import filters as logs
    from localstack_dockerless.services.sqs import queues as sqs
    from localstack_dockerless.services.stepfunctions import requests as stepfunctions

    for service in (events, kinesis, logs, sqs, stepfunctions):
        service.register()


@hooks.on_infra_start()
def publish_metrics_of_states() -> None:
    from localstack_dockerless.services.cloudwatch.each_minute import publish_each_minute
    from localstack_dockerless.services.ecs import task_counts
    from localstack_dockerless.services.elbv2.load_balancer import metrics
    from localstack_dockerless.services.sqs import ages

    publish_each_minute(
        {"tasks": task_counts.publish, "targets": metrics.publish_target_health, "queues": ages.publish}
    )


@hooks.on_infra_start()
def list_sent_mails() -> None:
    from localstack_dockerless.services.sns.mail import register

    register()


@hooks.on_infra_start()
def enforce_iam() -> None:
    from localstack_dockerless.iam.hook import register
    from localstack_dockerless.permissions import registry

    register(registry())


@hooks.on_infra_start()
def show_recorded_settings() -> None:
    from localstack_dockerless.recorded_endpoint import register

    register()


@hooks.on_infra_start()
def inject_faults() -> None:
    from localstack_dockerless.faults.injection import register

    register()


@hooks.on_infra_start()
def keep_objects() -> None:
    from localstack_dockerless.state import registries

    if folder := registries.folder():
        from localstack_dockerless.services.s3.blobs import keep_in

        keep_in(folder / "objects")


@hooks.on_infra_start(priority=-100)
def load_state() -> None:
    """Runs after all other hooks, because loading a state uses their patches."""
    from localstack_dockerless.state.start import register

    register()


@hooks.on_infra_ready()
def take_up_loaded_state() -> None:
    from localstack_dockerless.state import registries

    if registries.folder():
        from localstack_dockerless.state.load import run_when_ready

        run_when_ready()


@hooks.on_infra_shutdown(priority=100)
def save_state() -> None:
    """Runs before all other hooks, because they end the objects that are saved."""
    from localstack_dockerless.state import registries

    if registries.folder():
        from localstack_dockerless.state.start import save_at_the_end

        save_at_the_end()


@hooks.on_infra_shutdown()
def stop_load_balancer() -> None:
    from localstack_dockerless.services.elbv2.entrances.opened import entrances
    from localstack_dockerless.services.elbv2.load_balancer.health import stop

    entrances.close()
    stop()


@hooks.on_infra_shutdown(priority=200)
def write_access_logs() -> None:
    """Runs before the saved state, which holds the objects."""
    access_log = sys.modules.get("localstack_dockerless.services.elbv2.load_balancer.access_log")
    if access_log is not None:
        access_log.deliver()


@hooks.on_infra_shutdown()
def stop_queries() -> None:
    runner = sys.modules.get("localstack_dockerless.services.athena.runner")
    if runner is not None:
        runner.interrupt_all()
