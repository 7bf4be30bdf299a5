"""The emulator runs any code that it is given, so only this machine can reach it."""

import socket
from urllib.parse import urlsplit

import psutil

from dockerless_testing.emulator import Emulator


def test_no_other_address_of_the_machine_answers(emulator: Emulator) -> None:
    url = urlsplit(emulator.url)
    listening = {
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == url.port
    }
    assert listening == {socket.gethostbyname(str(url.hostname))}
