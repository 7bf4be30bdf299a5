"""Every plug-in that this extension registers with LocalStack; the work is in the modules named here.

Imports are inside the functions because LocalStack loads this file at start and a plug-in when it is first used.
"""

# ruff: noqa: PLC0415 -- see above

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import Service, aws_provider


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


@hooks.on_infra_start()
def keep_stacks_apart() -> None:
    from localstack_dockerless.patches.folders import keep_apart

    keep_apart()


@hooks.on_infra_start()
def hold_less_memory() -> None:
    from localstack_dockerless.patches.service_catalog import read_from_file
    from localstack_dockerless.patches.service_models import leave_documentation_out

    read_from_file()
    leave_documentation_out()


@hooks.on_infra_start()
def answer_sooner() -> None:
    from localstack_dockerless.patches.moto_actions import look_up_once

    look_up_once()


@hooks.on_infra_start()
def listen_where_told() -> None:
    from localstack_dockerless.patches.listening import (
        bind_to_the_given_addresses,
        leave_forms_unread,
        leave_requests_unlogged,
    )

    bind_to_the_given_addresses()
    leave_forms_unread()
    leave_requests_unlogged()


@hooks.on_infra_start()
def tell_whose_it_is() -> None:
    from localstack_dockerless.identity import register

    register()


@hooks.on_infra_start()
def start_http_api() -> None:
    from localstack_dockerless.http_server.start import answer_every_request
    from localstack_dockerless.services.apigatewayv2.execute_api.router import judge, note_refused, register

    register()
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
def mend_event_targets() -> None:
    from localstack_dockerless.services.events import refusals
    from localstack_dockerless.services.events.archives import keep_and_replay
    from localstack_dockerless.services.events.targets import deliver_as_aws_does
    from localstack_dockerless.services.kinesis import requests as kinesis_requests
    from localstack_dockerless.services.logs import start as logs

    deliver_as_aws_does()
    keep_and_replay()
    refusals.register()
    kinesis_requests.register()
    logs.register()


@hooks.on_infra_start()
def mend_queues() -> None:
    from localstack_dockerless.services.sqs.queues import forget_emptied_redrive_allow_policy, hold_to_bounds

    forget_emptied_redrive_allow_policy()
    hold_to_bounds()


@hooks.on_infra_start()
def keep_mail_subjects() -> None:
    from localstack_dockerless.services.sns.mail import keep_subjects

    keep_subjects()


@hooks.on_infra_start()
def enforce_iam() -> None:
    from localstack_dockerless.iam.hook import register

    register()


@hooks.on_infra_start()
def monitor() -> None:
    from localstack_dockerless.services.cloudwatch.start import register

    register()


@hooks.on_infra_start()
def inject_faults() -> None:
    from localstack_dockerless.faults.injection import register

    register()


@hooks.on_infra_shutdown()
def stop_load_balancer() -> None:
    from localstack_dockerless.services.elbv2.load_balancer.health import stop

    stop()
