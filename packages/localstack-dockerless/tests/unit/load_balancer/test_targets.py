"""The registry of targets follows a clock that the test moves."""

from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, HealthCheck
from localstack_dockerless.services.elbv2.load_balancer.target_state import State
from localstack_dockerless.services.elbv2.load_balancer.targets import Address, TargetRegistry

GROUP = "arn:group"
ONE, TWO = Address("127.0.0.1", 8001), Address("127.0.0.1", 8002)


class Registry(TargetRegistry):
    """Has a clock, and a method that makes targets healthy."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(lambda: self.now)

    def succeed(self) -> None:
        for target in self.active(GROUP):
            target.record.record(CheckResult(status=200), HealthCheck())


def test_two_targets_of_one_address_live_side_by_side() -> None:
    registry = Registry()
    registry.register(GROUP, [TWO, ONE])
    registry.succeed()
    assert registry.healthy(GROUP) == [ONE, TWO]


def test_registering_again_changes_nothing() -> None:
    registry = Registry()
    registry.register(GROUP, [ONE])
    registry.succeed()
    registry.register(GROUP, [ONE])
    assert registry.health(GROUP, ONE).state is State.HEALTHY


def test_a_deregistered_target_drains_for_the_delay_and_gets_nothing() -> None:
    registry = Registry()
    registry.register(GROUP, [ONE, TWO])
    registry.succeed()
    registry.deregister(GROUP, [ONE], delay=10)
    assert registry.healthy(GROUP) == [TWO]
    assert registry.health(GROUP, ONE).state is State.DRAINING
    assert registry.health(GROUP, ONE).reason == "Target.DeregistrationInProgress"
    registry.now = 10.0
    assert registry.health(GROUP, ONE).reason == "Target.NotRegistered"
    assert [target.address for target in registry.targets(GROUP)] == [TWO]


def test_a_target_registered_while_it_drains_starts_anew() -> None:
    registry = Registry()
    registry.register(GROUP, [ONE])
    registry.succeed()
    registry.deregister(GROUP, [ONE], delay=10)
    registry.register(GROUP, [ONE])
    assert registry.health(GROUP, ONE).state is State.INITIAL


def test_deregistering_what_is_not_there_is_no_error() -> None:
    Registry().deregister(GROUP, [ONE], delay=0)


def test_a_forgotten_group_has_no_targets() -> None:
    registry = Registry()
    registry.register(GROUP, [ONE])
    registry.forget(GROUP)
    assert registry.targets(GROUP) == []
    assert registry.groups() == []


def test_a_group_out_of_use_begins_with_initial_checks_again() -> None:
    registry = Registry()
    registry.register(GROUP, [ONE])
    registry.succeed()
    registry.start_over(GROUP)
    assert registry.health(GROUP, ONE).state is State.INITIAL


def test_a_saved_registry_goes_on_under_another_clock() -> None:
    registry, later = Registry(), Registry()
    registry.register(GROUP, [ONE, TWO])
    registry.succeed()
    registry.deregister(GROUP, [TWO], 30.0)
    registry.now, later.now = 10.0, 1000.0
    later.load(registry.save())
    assert later.healthy(GROUP) == [ONE]
    assert later.health(GROUP, TWO).state is State.DRAINING
    later.now += 20.0
    assert later.health(GROUP, TWO).state is State.UNUSED
    assert [target.next_check for target in later.active(GROUP)] == [0.0]  # is checked at once
