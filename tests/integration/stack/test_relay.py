"""The service `deploy` reaches the other containers through its relay, and its engine checks whether they answer."""

import gc
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from local.compose import relay
from local.launcher.engines import compose


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with relay.listen(0) as sock:
        yield sock


@pytest.fixture
def forward(listener: socket.socket) -> Callable[[relay.Address], tuple[str, int]]:
    """Starts the relay to a target. Yields the address that clients use."""

    def start(target: relay.Address) -> tuple[str, int]:
        threading.Thread(target=relay.run, args=([(listener, target)],), daemon=True).start()
        host, port = listener.getsockname()
        return str(host), int(port)

    return start


def answering(server: socket.socket) -> None:
    """Accepts one connection, reads it to its end, sends the bytes back and ends."""
    connection, _ = server.accept()
    with connection:
        received = b"".join(iter(lambda: connection.recv(2**16), b""))
        connection.sendall(received[::-1])


def test_both_directions_pass_and_the_end_of_one_leaves_the_other_open(
    forward: Callable[[relay.Address], tuple[str, int]],
) -> None:
    sent = bytes(range(256)) * 4096  # 1 MiB: more than the buffers on the way
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answering, args=(server,), daemon=True).start()
        with socket.create_connection(forward(server.getsockname()), timeout=60) as client:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            assert b"".join(iter(lambda: client.recv(2**16), b"")) == sent[::-1]


def test_a_target_that_refuses_is_seen_as_a_reset(forward: Callable[[relay.Address], tuple[str, int]]) -> None:
    """Without the relay the client would be refused. An end without a byte would look like another program."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        target = closed.getsockname()
    with pytest.raises(ConnectionResetError), socket.create_connection(forward(target), timeout=60) as client:
        client.recv(1)


def test_a_name_that_is_not_known_is_seen_as_a_reset(forward: Callable[[relay.Address], tuple[str, int]]) -> None:
    address = forward(("no-container.invalid", 1))
    with pytest.raises(ConnectionResetError), socket.create_connection(address, timeout=60) as client:
        client.recv(1)


def test_a_client_that_is_gone_is_gone_for_the_target_too(forward: Callable[[relay.Address], tuple[str, int]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(forward(server.getsockname()), timeout=60)
        client.sendall(b"?")
        connection, _ = server.accept()
        with connection:
            connection.settimeout(60)
            assert connection.recv(1) == b"?"
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, relay._RESET)
            client.close()
            gc.collect()  # ends tasks that nobody holds
            with pytest.raises(ConnectionResetError):
                connection.recv(1)


def test_the_engine_sees_who_has_a_name_and_who_answers(listener: socket.socket) -> None:
    host, port = listener.getsockname()
    assert compose._addresses("localhost") == ["127.0.0.1"]
    assert compose._addresses("no-container.invalid") == []
    assert compose._answers(host, port)
    listener.close()
    assert not compose._answers(host, port)
