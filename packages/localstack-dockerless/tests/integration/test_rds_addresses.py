"""An instance's own server gets a loopback address at the requested port, and the same one while it is free."""

import socket
from ipaddress import ip_address

import pytest

from localstack_dockerless.services.rds.addresses import free_address
from localstack_dockerless.services.rds.postgres import NotPossibleError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def test_keys_have_addresses_of_their_own_which_stay() -> None:
    port = free_port()
    first = {key: free_address(key, port) for key in ("one", "two", "three")}
    assert len(set(first.values())) == len(first)
    assert all(ip_address(address).is_loopback for address in first.values())
    assert {key: free_address(key, port) for key in first} == first


def test_a_taken_address_is_passed_over() -> None:
    port = free_port()
    taken = free_address("one", port)
    with socket.socket() as holder:
        holder.bind((taken, port))
        holder.listen()
        assert free_address("one", port) != taken
    assert free_address("one", port) == taken


def test_a_port_taken_on_every_address_is_named() -> None:
    with socket.socket() as holder:
        holder.bind(("0.0.0.0", 0))  # noqa: S104 -- that every address of the loopback network is taken
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(NotPossibleError, match=f"port {port}"):
            free_address("one", port)
