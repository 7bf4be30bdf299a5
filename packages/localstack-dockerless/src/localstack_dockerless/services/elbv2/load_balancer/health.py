"""Runs the health checks of all target groups, each with its own settings, from one scheduler thread."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from localstack_dockerless.services.elbv2.load_balancer import view
from localstack_dockerless.services.elbv2.load_balancer.checker import check_target
from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, HealthCheck
from localstack_dockerless.services.elbv2.load_balancer.target_state import NOT_IN_USE, State, TargetHealth
from localstack_dockerless.services.elbv2.load_balancer.targets import Address, Target, TargetRegistry

LOG = logging.getLogger(__name__)

_CONCURRENT_CHECKS = 8
_FIRST_LOOKS = 0.25
"""The seconds between the checks of a target that has not passed one yet.

AWS does not document the first checks: each of the load balancer's nodes checks for itself. Of the failed checks, one
in each interval counts.
"""
_LOOK_AGAIN = 30.0  # seconds: the longest wait when no check is due and nothing changes


class HealthScheduler:
    """Checks every target of every group that a listener uses: first at once and often, later at the interval."""

    def __init__(self, registry: TargetRegistry) -> None:
        self._registry = registry
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._checks: ThreadPoolExecutor | None = None

    def changed(self) -> None:
        """Reads the groups again after a change of targets, rules or settings.

        It starts the scheduler at the first call.
        """
        with self._lock:
            if self._thread is None and not self._stopping:
                self._checks = ThreadPoolExecutor(_CONCURRENT_CHECKS, thread_name_prefix="elb-health-check")
                self._thread = threading.Thread(target=self._run, name="elb-health-scheduler", daemon=True)
                self._thread.start()
        self._wake.set()

    def stop(self) -> None:
        """Ends the scheduler and waits for checks under way."""
        with self._lock:
            self._stopping = True
            thread, checks = self._thread, self._checks
        self._wake.set()
        if thread is not None:
            thread.join(timeout=5)
        if checks is not None:
            checks.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                wait = self._start_due_checks()
            except Exception:
                LOG.exception("The load balancer's health checks could not be scheduled")
                wait = 1.0
            self._wake.wait(wait)

    def _start_due_checks(self) -> float:
        now = time.monotonic()
        following = now + _LOOK_AGAIN
        for arn in self._registry.groups():
            group = view.target_group(arn)
            if group is None:
                self._registry.forget(arn)
            elif not view.in_use(arn):
                self._registry.start_over(arn)
            else:
                for target in self._registry.active(arn):
                    following = min(following, self._start_if_due(target, group.check, now))
        return max(following - now, 0.0)

    def _start_if_due(self, target: Target, check: HealthCheck, now: float) -> float:
        if target.checking:
            return now + _LOOK_AGAIN  # its end wakes the scheduler
        if target.next_check <= now:
            is_new = target.record.health.state is State.INITIAL
            target.next_check = now + (min(_FIRST_LOOKS, check.interval) if is_new else check.interval)
            target.checking = True
            assert self._checks is not None  # noqa: S101 -- made before the thread
            self._checks.submit(self._check, target, check)
        return target.next_check

    def _check(self, target: Target, check: HealthCheck) -> None:
        try:
            before = target.record.health
            result = check_target(target.address, check)
            if _counts(target, result, check):
                target.record.record(result, check)
            after = target.record.health
            if after != before:
                reason = f": {after.description}" if after.description else ""
                LOG.info("Target %s:%s is %s%s", target.address.host, target.address.port, after.state, reason)
        except Exception:
            LOG.exception("The health check of %s failed to run", target.address)
        finally:
            target.checking = False
            self._wake.set()


def _counts(target: Target, result: CheckResult, check: HealthCheck) -> bool:
    if result.failure is None or target.record.health.state is not State.INITIAL:
        return True
    now = time.monotonic()
    if now < target.next_failure:
        return False
    target.next_failure = now + check.interval
    return True


registry = TargetRegistry()
scheduler = HealthScheduler(registry)


def describe(group_arn: str, address: Address) -> TargetHealth:
    """Returns DescribeTargetHealth's answer for a target, also if no rule of a listener has its group."""
    health = registry.health(group_arn, address)
    unused = health.state not in (State.DRAINING, State.UNUSED) and not view.in_use(group_arn)
    return NOT_IN_USE if unused else health


def stop() -> None:
    """Ends the health checks at LocalStack's shutdown."""
    scheduler.stop()
