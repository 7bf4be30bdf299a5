"""Restarts EventBridge's rules, targets, archives and the like from LocalStack's stores.

A schedule continues from now: a run that was due while LocalStack was down is skipped. AWS starts a rule's target
within the minute of its schedule and documents no catching up:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from typing import Any

from localstack.services.events.api_destination import APIDestinationService
from localstack.services.events.archive import ArchiveService
from localstack.services.events.connection import ConnectionService
from localstack.services.events.event_bus import EventBusService
from localstack.services.events.models import events_stores
from localstack.services.events.replay import ReplayService
from localstack.services.events.rule import RuleService
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_dockerless.state.registries import keep


def _restart(_saved: None) -> None:
    provider = SERVICE_PLUGINS.get_service("events")._provider  # noqa: SLF001 -- LocalStack has no public access to it
    for account, region, store in events_stores.iter_stores():
        for bus in store.event_buses.values():
            provider._event_bus_services_store[bus.arn] = EventBusService(bus)  # noqa: SLF001
            for rule in bus.rules.values():
                _restart_rule(provider, rule, account, region)
        _restart_others(provider, store)


def _restart_rule(provider: Any, rule: Any, account: str, region: str) -> None:
    service = RuleService(rule)
    provider._rule_services_store[rule.arn] = service  # noqa: SLF001
    for target in rule.targets.values():
        provider.create_target_sender(target, rule.arn, rule.name, region, account)
    if service.schedule_cron:
        service.create_schedule_job(provider._get_scheduled_rule_job_function(account, region, rule))  # noqa: SLF001


def _restart_others(provider: Any, store: Any) -> None:
    for archive in store.archives.values():
        state, created = archive.state, archive.creation_time
        provider._archive_service_store[archive.arn] = ArchiveService(archive)  # noqa: SLF001
        archive.state, archive.creation_time = state, created  # LocalStack takes the archive for a new one
    for replay in store.replays.values():
        service = ReplayService.__new__(ReplayService)
        service.replay = replay
        provider._replay_service_store[replay.arn] = service  # noqa: SLF001
    for connection in store.connections.values():
        restored = ConnectionService.restore_from_connection(connection)
        provider._connection_service_store[connection.arn] = restored  # noqa: SLF001
    by_arn = {connection.arn: connection for connection in store.connections.values()}
    for destination in store.api_destinations.values():
        connection = by_arn.get(destination.connection_arn)
        restored = APIDestinationService.restore_from_api_destination_and_connection(destination, connection)
        provider._api_destination_service_store[destination.arn] = restored  # noqa: SLF001


keep("events", "rules", lambda: None, _restart)
