"""Every change to LocalStack 4.14.0, moto-ext 5.1.25 and the libraries under them: one module for each patch.

registry.py    lists the patches and applies each one at its moment: start here
patch.py       is one patch: its reason, its source, its moment and its targets
conditions.py  has the settings on which a patch can depend
versions.py    checks the versions of LocalStack and moto once
__main__.py    writes `docs/patches.md`, which lists every patch with its targets

A new patch is a new module here with a `PATCH`. The beginning of its name says which part it changes:

LocalStack       service_catalog.py
botocore, moto   client_models.py, service_models.py, moto_actions.py
the HTTP server  server_access_log.py, server_addresses.py, server_channel.py, server_forms.py, server_half_close.py,
                 server_http_2.py, server_upgrades.py
EC2              ec2_endpoint_policies.py
S3               s3_blobs.py, s3_folder.py
STS              assumed_roles.py
saved state      state_gate.py
CloudWatch       cloudwatch_alarm_calls.py, cloudwatch_alarm_tags.py, cloudwatch_alarms.py, cloudwatch_percentiles.py
EventBridge      events_archives.py, events_delivery.py, events_disabled_rules.py, events_http_errors.py,
                 events_role_calls.py, events_schedules.py, events_wildcards.py
Lambda           lambda_async_events.py, lambda_client_context.py, lambda_layers.py, lambda_logs.py,
                 lambda_metrics.py, lambda_published_versions.py, lambda_role_calls.py, lambda_timers.py,
                 lambda_url_addresses.py
CloudWatch Logs  logs_filters.py
RDS              rds_passwords.py, rds_windows.py
SNS              sns_mail_subjects.py
SQS              sqs_bounds.py, sqs_redrive_allow_policy.py
Step Functions   stepfunctions_aborted.py, stepfunctions_aliases.py, stepfunctions_json_paths.py,
                 stepfunctions_log_groups.py, stepfunctions_map_runs.py, stepfunctions_metrics.py,
                 stepfunctions_role_calls.py, stepfunctions_settings.py, stepfunctions_used_tokens.py,
                 stepfunctions_variables.py
"""
