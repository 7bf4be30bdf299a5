"""Every route is authorised, every queue has a dead-letter queue, and every program has a log."""

import re

import pytest

from domain.identity_headers import CONTEXT
from tests.support.terraform_code import TERRAFORM, blocks, local_values, named, parsed

HTTP_API = TERRAFORM / "modules" / "http_api"
STEPS = (
    *("authorizer", "planner", "exporter", "enricher", "alerting", "publisher", "reporter", "notifier"),
    "database_roles",
)


def test_every_route_is_authorised_but_health():
    routes = local_values(HTTP_API)["routes"]
    assert {route for route, settings in routes.items() if not settings["authorized"]} == {"GET /health"}
    assert {route for route, settings in routes.items() if settings["authorized"]} == {
        "POST /v1/metering-points/{number}/readings",
        "GET /v1/metering-points/{number}/readings",
        "DELETE /v1/metering-points/{number}/readings",
        "GET /v1/metering-points/{number}/revisions",
        "GET /v1/metering-points/{number}/days",
        "GET /v1/metering-points/{number}/alarms",
    }


def test_an_authorised_route_has_the_authorizer():
    values = local_values(HTTP_API)
    assert values["authorization_type"] == {"true": "CUSTOM", "false": "NONE"}
    assert "aws_apigatewayv2_authorizer" in values["authorizer_id"]["true"]
    (route,) = blocks("aws_apigatewayv2_route")
    assert route.body["for_each"] == "${local.routes}"
    assert "each.value.authorized" in route.body["authorization_type"]
    assert "each.value.authorized" in route.body["authorizer_id"]


def test_no_client_can_say_who_it_is():
    parameters = local_values(HTTP_API)["request_parameters"]
    for header, context in CONTEXT.items():
        assert parameters["true"][f"overwrite:header.{header}"] == f"$context.authorizer.{context}"
        assert parameters["false"][f"remove:header.{header}"] == "''"
    assert {mapping["remove:header.x-api-key"] for mapping in parameters.values()} == {"''"}


def test_a_cached_answer_is_for_one_key_and_one_path():
    (authorizer,) = blocks("aws_apigatewayv2_authorizer")
    assert authorizer.body["identity_sources"] == ["$request.header.x-api-key", "$context.path"]
    assert authorizer.body["authorizer_payload_format_version"] == "2.0"
    assert authorizer.body["enable_simple_responses"] is True


def test_the_api_calls_its_own_authorizer_alone():
    (permission,) = blocks("aws_lambda_permission")
    assert "/authorizers/" in permission.body["source_arn"]


def test_the_api_is_throttled():
    (stage,) = blocks("aws_apigatewayv2_stage")
    (settings,) = stage.body["default_route_settings"]
    assert {"throttling_rate_limit", "throttling_burst_limit"} <= set(settings)


def test_the_access_log_holds_no_header():
    (stage,) = blocks("aws_apigatewayv2_stage")
    log_format = stage.body["access_log_settings"][0]["format"]
    for field in ("requestId", "ip", "requestTime", "httpMethod", "routeKey", "path", "status", "protocol"):
        assert re.search(rf"\b{field}\b", log_format), field
    assert "header" not in log_format
    assert "$request" not in log_format


def test_every_queue_has_a_dead_letter_queue():
    queues = blocks("aws_sqs_queue")
    plain = [queue for queue in queues if not queue.name.endswith("dead_letter")]
    assert plain
    for queue in plain:
        target = f"aws_sqs_queue.{queue.name}_dead_letter.arn"
        assert target in queue.body["redrive_policy"], queue
        assert f"{queue.name}_dead_letter" in {other.name for other in queues}
    for queue in queues:
        # EventBridge's own queue holds nothing of a customer, and EventBridge has no business with the account's key
        encrypted = "sqs_managed_sse_enabled" if queue.module == "undelivered_events" else "kms_master_key_id"
        assert queue.body[encrypted] in (True, "${var.kms_key_arn}")
        assert "message_retention_seconds" in queue.body


def test_every_log_group_forgets():
    assert blocks("aws_cloudwatch_log_group")
    for group in blocks("aws_cloudwatch_log_group"):
        assert group.body["retention_in_days"] == "${var.log_retention_days}", group


@pytest.mark.parametrize(
    ("writer", "where"),
    [
        ("aws_lambda_function", lambda body: body["depends_on"]),
        ("aws_apigatewayv2_stage", lambda body: body["access_log_settings"][0]["destination_arn"]),
        ("aws_ecs_task_definition", lambda body: body["container_definitions"]),
        ("aws_sfn_state_machine", lambda body: body["logging_configuration"][0]["log_destination"]),
    ],
)
def test_what_runs_writes_to_a_log_group_of_its_own(writer, where):
    assert blocks(writer)
    for block in blocks(writer):
        (group,) = [group for group in blocks("aws_cloudwatch_log_group") if group.module == block.module]
        assert f"aws_cloudwatch_log_group.{group.name}" in str(where(block.body)), block


def test_the_functions_come_from_one_module():
    (function,) = blocks("aws_lambda_function")
    assert function.module == "lambda"
    for step in STEPS:
        body = named("module", TERRAFORM / "modules" / step)["function"]
        assert body["source"] == "../lambda"
        assert body["function"] == step


def test_two_tasks_run_and_scale_by_cpu():
    (service,) = blocks("aws_ecs_service")
    assert service.body["lifecycle"][0]["ignore_changes"] == ["desired_count"]
    assert service.body["deployment_circuit_breaker"][0] == {"enable": True, "rollback": True}
    (policy,) = blocks("aws_appautoscaling_policy")
    assert "ECSServiceAverageCPUUtilization" in str(policy.body)


def test_every_step_of_the_pipeline_is_retried_and_its_failure_told():
    values = local_values(TERRAFORM / "modules" / "pipeline")
    states = values["day_states"]
    whole = ["BeginRun", "DivideDay", "FixInstant", "PublishDay"]
    of_a_shard = ["ExportShard", "EnrichShard", "FindAlarms"]
    assert [name for name in states if name in whole] == whole
    assert list(values["shard_states"]) == [*of_a_shard, "StoreShardError", "ShardFailed"]
    steps = states | values["segment_states"] | values["shard_states"]
    for name in [*whole, "ScanSegment", *of_a_shard]:
        assert steps[name].startswith("${merge(local.step["), name
    assert "Retry = local.retry" in re.sub(r" +", " ", str(values["step"]))
    assert values["catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "NotifyFailure"}]
    assert states["ScanCustomers"]["Catch"] == "${local.catch}"
    assert all("Catch = local.catch" in re.sub(r" +", " ", states[name]) for name in whole)
    told = states["TellOfSetAside"]
    assert told["Catch"][0]["Next"] == told["Next"] == states["AnySetAside"]["Default"] == "FixInstant"
    assert states["NotifyFailure"]["Next"] == states["NotifyFailureInShort"]["Next"] == "Failed"
    assert states["NotifyFailure"]["Catch"][0]["Next"] == "NotifyFailureInShort"
    assert states["Failed"]["Type"] == "Fail"


def test_the_shards_are_a_distributed_map_whose_items_and_results_are_objects():
    """No state has a list of all shards. One shard that fails fails the run."""
    values = local_values(TERRAFORM / "modules" / "pipeline")
    assert values["day_states"]["ProcessShards"] == "${local.process_shards}"
    assert values["day_states"]["KeepAlarms"] == "${local.keep_alarms}"
    for name, items in (("process_shards", "$.objects.shards"), ("keep_alarms", "$.objects.alarm_shards")):
        shards = values[name]
        assert shards["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
        assert shards["ItemReader"]["Parameters"]["Key.$"] == items
        assert shards["ResultWriter"]["Parameters"]["Prefix.$"] == "$.objects.results"
        assert (shards["ToleratedFailureCount"], shards["ResultPath"]) == (0, None)
        assert "ItemsPath" not in shards
    scan = values["day_states"]["ScanCustomers"]
    assert scan["ResultPath"] is None


def test_the_error_of_a_shard_reaches_the_mail():
    """The shard stores its error and fails with it. The run reads the error, or else takes the Map's own."""
    values = local_values(TERRAFORM / "modules" / "pipeline")
    states, of_a_shard = values["day_states"], values["shard_states"]
    for name in ("ExportShard", "EnrichShard", "FindAlarms"):
        assert "Catch = local.catch_in_shard" in re.sub(r" +", " ", of_a_shard[name])
    (caught,) = values["catch_in_shard"]
    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "StoreShardError")
    assert 'Next = "ShardFailed"' in re.sub(r" +", " ", of_a_shard["StoreShardError"])
    assert values["store_shard_error"]["Parameters"]["Key.$"] == "$.failure"
    assert values["process_shards"]["Catch"][0]["Next"] == "ReadShardError"
    keeping = values["keep_alarms"]["ItemProcessor"]["States"]
    assert 'Next = "StoreAlarmError"' in re.sub(r" +", " ", keeping["KeepShardAlarms"])
    assert 'Next = "AlarmsFailed"' in re.sub(r" +", " ", keeping["StoreAlarmError"])
    assert values["keep_alarms"]["Catch"][0]["Next"] == "ReadShardError"
    read = states["ReadShardError"]
    assert read["Parameters"]["Key.$"] == values["process_shards"]["ItemSelector"]["failure.$"]
    assert (read["Next"], read["Catch"][0]["Next"]) == ("NotifyFailure", "TakeMapError")
    assert states["TakeMapError"]["Next"] == "NotifyFailure"


def test_the_daily_rule_hands_on_the_scheduled_event_as_it_is():
    catch_up, daily = sorted(blocks("aws_cloudwatch_event_target"), key=lambda target: target.name)
    assert not {"input", "input_path", "input_transformer"} & set(daily.body)
    assert catch_up.body["input"] == "${jsonencode({catch_up = true})}"
    assert "role_arn" in daily.body
    assert daily.body["role_arn"] == catch_up.body["role_arn"]


def test_images_are_scanned_never_overwritten_and_cleaned_up():
    (repository,) = blocks("aws_ecr_repository")
    assert repository.body["image_tag_mutability"] == "IMMUTABLE"
    assert repository.body["image_scanning_configuration"][0]["scan_on_push"] is True
    assert len(blocks("aws_ecr_lifecycle_policy")) == 1


def test_every_cloudwatch_alarm_tells_the_administrator():
    alarms = blocks("aws_cloudwatch_metric_alarm")
    assert alarms
    for alarm in alarms:
        assert alarm.body["alarm_actions"] == ["${var.topic_arn}"], alarm
        assert alarm.body["treat_missing_data"] in ("notBreaching", "missing"), alarm


def test_every_dead_letter_queue_has_an_alarm_on_its_depth():
    queues = [queue for queue in blocks("aws_sqs_queue") if queue.name.endswith("dead_letter")]
    watched = named("module", TERRAFORM)["monitoring"]["dead_letter_queue_names"]
    assert {value.split(".")[1] for value in watched.values()} == {queue.module for queue in queues}


def test_an_event_that_starts_nothing_is_not_lost():
    targets = blocks("aws_cloudwatch_event_target")
    assert len(targets) == 2
    for target in targets:
        assert target.body["dead_letter_config"][0]["arn"] == "${var.undelivered_events_queue_arn}"


def test_the_notifier_takes_the_alarms_and_gives_back_single_messages():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig"""
    (mapping,) = blocks("aws_lambda_event_source_mapping")
    assert mapping.body["function_response_types"] == ["ReportBatchItemFailures"]
    assert mapping.body["scaling_config"] == [{"maximum_concurrency": 2}]
    (queue,) = [each for each in blocks("aws_sqs_queue") if (each.module, each.name) == ("publisher", "alarms")]
    timeout = named("module", TERRAFORM / "modules" / "notifier")["function"]["timeout_seconds"]
    assert queue.body["visibility_timeout_seconds"] >= 6 * timeout


@pytest.mark.parametrize("environment", ["local", "aws"])
def test_an_environment_notifies_no_customer_until_it_says_so(environment):
    assert parsed(TERRAFORM / "environments" / f"{environment}.tfvars")["customer_notifications"] == "none"
    notifier = named("module", TERRAFORM)["notifier"]
    assert notifier["for_each"] == '${setsubtract([var.customer_notifications], ["none"])}'


def test_the_notifier_forgets_customers():
    (table,) = [table for table in blocks("aws_dynamodb_table") if table.module == "notifier"]
    assert table.body["ttl"] == [{"attribute_name": "expires_at", "enabled": True}]
