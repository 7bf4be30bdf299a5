"""The benchmarks read the machine and the versions of its programs."""

import platform

from bench.machine import cpu_model, machine, provider_version
from local.launcher import terraform


def test_the_cpu_is_named_by_its_first_core() -> None:
    assert cpu_model("processor\t: 0\nmodel name\t: A CPU @ 2 GHz\nmodel name\t: B\n") == "A CPU @ 2 GHz"


def test_a_cpu_without_a_name_is_its_architecture() -> None:
    assert cpu_model("processor\t: 0\n") == platform.machine()


def test_the_providers_version_is_that_of_the_lock_file() -> None:
    assert provider_version((terraform.SOURCE / ".terraform.lock.hcl").read_text()).startswith("5.")


def test_the_machine_is_described() -> None:
    assert int(machine()["cores"]) >= 1
